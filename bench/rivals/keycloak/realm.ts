import { REDIRECT } from '../../contenders.ts';
import { PASSWORD, type Contoso } from '../contoso.ts';

/** Keycloak's admin API, as its administrator. */
export interface KeycloakAdmin {
  /** Throws with its answer when that is no success. Gives the answer's JSON, undefined without one. */
  send(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown>;
}

export const SECRET = 'a secret of the bench';
/** Tuned and as an organization's gate: ES256, events kept, refresh tokens rotate, people log in at Contoso by address. */
export const TUNED = 'bench';
/** With nothing chosen but the application. */
export const AS_IT_COMES = 'as-it-comes';
/** Who opens sessions in the plain realm. */
export const PERSON = { username: 'person', email: 'person@contoso.example' };
const ALIAS = 'contoso';

/** Logs the administrator in. The token lives for a minute: each call asks anew. */
export function keycloakAdmin(origin: string, administrator: { name: string; password: string }): KeycloakAdmin {
  const token = async (): Promise<string> => {
    const answer = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'admin-cli',
        username: administrator.name,
        password: administrator.password,
      }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  return {
    async send(method, path, body) {
      const answer = await fetch(`${origin}/admin/realms${path}`, {
        method,
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`Keycloak, ${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
      return text === '' ? undefined : JSON.parse(text);
    },
  };
}

const client = (clientId: string): object => ({
  clientId,
  protocol: 'openid-connect',
  publicClient: false,
  secret: SECRET,
  standardFlowEnabled: true,
  redirectUris: [REDIRECT],
});

/** Since 26.6.2, whoever asks about a token has to be in its audience, and an application is not in that of its own. */
const OWN_AUDIENCE = {
  name: 'own audience',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-audience-mapper',
  config: { 'included.client.audience': 'bench', 'access.token.claim': 'true' },
};

/** A realm of its defaults (RS256, no events kept), with one person who has a password. */
export async function addPlainRealm(admin: KeycloakAdmin): Promise<void> {
  await admin.send('POST', '', {
    realm: AS_IT_COMES,
    enabled: true,
    clients: [client('bench')],
    users: [
      {
        ...PERSON,
        emailVerified: true,
        firstName: 'Person',
        lastName: 'One',
        enabled: true,
        credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
      },
    ],
  });
}

/** The realm that does most of what Gatehouse does: whoever types an address of Contoso is sent to Contoso. */
export async function addTunedRealm(admin: KeycloakAdmin, contoso: Contoso, origin: string): Promise<void> {
  await admin.send('POST', '', {
    realm: TUNED,
    enabled: true,
    sslRequired: 'none',
    defaultSignatureAlgorithm: 'ES256',
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    eventsEnabled: true,
    eventsExpiration: 30 * 24 * 3600,
    organizationsEnabled: true,
    clients: [{ ...client('bench'), protocolMappers: [OWN_AUDIENCE] }],
  });
  await admin.send('POST', `/${TUNED}/components`, {
    name: 'ecdsa',
    providerId: 'ecdsa-generated',
    providerType: 'org.keycloak.keys.KeyProvider',
    config: { priority: ['200'], ecdsaEllipticCurveKey: ['P-256'] },
  });
  const credential = { clientId: 'keycloak', clientSecret: SECRET };
  await contoso.register({ ...credential, redirectUris: [`${origin}/realms/${TUNED}/broker/${ALIAS}/endpoint`] });
  const found = await fetch(`${contoso.issuer}/.well-known/openid-configuration`);
  const metadata = (await found.json()) as Record<string, string>;
  const provider = {
    alias: ALIAS,
    providerId: 'oidc',
    enabled: true,
    trustEmail: true,
    config: {
      ...credential,
      clientAuthMethod: 'client_secret_post',
      issuer: metadata['issuer'],
      authorizationUrl: metadata['authorization_endpoint'],
      tokenUrl: metadata['token_endpoint'],
      jwksUrl: metadata['jwks_uri'],
      useJwksUrl: 'true',
      validateSignature: 'true',
      disableUserInfo: 'true',
      defaultScope: 'openid profile email',
      pkceEnabled: 'true',
      pkceMethod: 'S256',
    },
  };
  await admin.send('POST', `/${TUNED}/identity-provider/instances`, provider);
  await admin.send('POST', `/${TUNED}/organizations`, {
    name: 'Contoso',
    alias: ALIAS,
    domains: [{ name: 'contoso.example', verified: true }],
  });
  const [organization] = (await admin.send('GET', `/${TUNED}/organizations`)) as { id: string }[];
  await admin.send('POST', `/${TUNED}/organizations/${organization?.id ?? ''}/identity-providers`, ALIAS);
  const kept = (await admin.send('GET', `/${TUNED}/identity-provider/instances/${ALIAS}`)) as { config: object };
  await admin.send('PUT', `/${TUNED}/identity-provider/instances/${ALIAS}`, {
    ...kept,
    config: {
      ...kept.config,
      clientSecret: SECRET,
      'kc.org.domain': 'contoso.example',
      'kc.org.broker.redirect.mode.email-matches': 'true',
    },
  });
}
