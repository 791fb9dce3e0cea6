import { configurationSchema as entraSchema } from './entra-id/configuration.ts';
import { startEntraId } from './entra-id/entra-id.ts';
import { configurationSchema as openIdSchema } from './openid-connect/configuration.ts';
import { startOpenIdConnect } from './openid-connect/openid-connect.ts';
import { PRODUCTS } from './openid-connect/products.ts';
import type { StandIn, StandInName } from './stand-in.ts';
import { type ConnectionValues, createWorkbench } from './workbench/workbench.ts';

/** 127.0.0.1, whatever is asked: a stand-in logs in everybody who clicks. */
const HOST = '127.0.0.1';

/** Fixed values, so that a connection made once goes on working after the stand-in was started anew. */
const REGISTRATION = {
  clientId: 'gatehouse',
  publicClientId: 'gatehouse-without-secret',
  secret: 'development-only',
  entraClientId: '9c2b6f0e-3d4a-4c61-8e7f-2b5a9d1c7e33',
  directory: '4f1f5b6a-7a0e-4a55-9d53-6a1e4c2f9b10',
};

const PEOPLE = [
  { oid: '1b7d9c52-6a3f-4e08-b1c4-5f2e8a9d0c61', name: 'Maria Contoso', address: 'maria@contoso.example' },
  { oid: '2c8e0d63-7b40-4f19-82d5-603f9b0e1d72', name: 'Noah Contoso', address: 'noah@contoso.example' },
];

export interface RunningStandIn {
  standIn: StandIn;
  /** The product it looks like. */
  title: string;
  values: ConnectionValues;
}

/**
 * Starts a stand-in with two people, an application registered with a secret and without one, and its workbench.
 * @param options.port 0: any free one
 * @param options.redirectUris the registered ones; without, every redirect URI is taken
 * @param options.people addresses of further people
 */
export async function startStandIn(options: {
  as: StandInName;
  port: number;
  redirectUris: readonly string[];
  people: readonly string[];
}): Promise<RunningStandIn> {
  const made: { running?: RunningStandIn } = {};
  const current = (): RunningStandIn => {
    if (made.running === undefined) throw new Error('not started yet');
    return made.running;
  };
  const title = options.as === 'entra-id' ? 'Microsoft Entra ID' : PRODUCTS[options.as].name;
  const workbench = createWorkbench({ title, values: () => current().values, standIn: () => current().standIn });
  const standIn = await (options.as === 'entra-id' ? startEntra(options) : startOpenId(options.as, options));
  for (const address of options.people) standIn.addPerson({ name: address, address });
  made.running = { standIn, title, values: valuesOf(options.as, standIn) };
  return made.running;

  async function startEntra({ port, redirectUris }: typeof options): Promise<StandIn> {
    const { entraClientId: clientId, directory, secret } = REGISTRATION;
    return startEntraId(
      entraSchema.parse({
        host: HOST,
        port,
        showsPeople: true,
        keepsAnswers: true,
        directories: [{ id: directory, name: 'Contoso', domains: ['contoso.example'] }],
        users: PEOPLE.map(({ oid, name, address }) => ({
          oid,
          directory,
          name,
          upn: address,
          mail: address,
          mailDomainVerified: true,
          password: 'password',
        })),
        apps: [
          {
            clientId,
            directory,
            redirectUris: redirectUris.map((uri) => ({ uri })),
            ...(redirectUris.length === 0 ? { anyRedirectUri: 'web' } : {}),
            idTokens: true,
            secrets: [{ id: 'id-of-the-secret', value: secret }],
            optionalClaims: ['email', 'xms_edov', 'acct', 'sid', 'login_hint', 'auth_time'],
          },
        ],
      }),
      workbench.answer,
    );
  }

  async function startOpenId(as: keyof typeof PRODUCTS, { port, redirectUris }: typeof options): Promise<StandIn> {
    const registered = {
      redirectUris: redirectUris.length === 0 ? ('any' as const) : [...redirectUris],
      responseTypes: ['code' as const, 'id_token' as const],
    };
    const { clientId, publicClientId, secret } = REGISTRATION;
    return startOpenIdConnect(
      openIdSchema.parse({
        as,
        host: HOST,
        port,
        name: `${PRODUCTS[as].name} (stand-in)`,
        showsPeople: true,
        keepsAnswers: true,
        users: PEOPLE.map(({ name, address }) => ({ id: address, name, email: address, password: 'password' })),
        clients: [
          { clientId, clientSecret: secret, secretMethod: 'client_secret_basic', ...registered },
          { clientId: publicClientId, ...registered },
        ],
      }),
      workbench.answer,
    );
  }
}

function valuesOf(as: StandInName, { issuer, origin }: StandIn): ConnectionValues {
  const { clientId, publicClientId, entraClientId, directory, secret } = REGISTRATION;
  if (as === 'entra-id') {
    return [
      ['Method', 'Entra ID'],
      ['Client ID', entraClientId],
      ['Directory (tenant) ID', directory],
      ['Client secret', `${secret}, or Credential “None”`],
      ['GATEHOUSE_ALLOWED_PROVIDER_HOSTS', new URL(origin).host],
      ['GATEHOUSE_ENTRA_AUTHORITY', origin],
    ];
  }
  return [
    ['Method', 'OpenID Connect'],
    ['Discovery url', issuer],
    ['Client ID', `${clientId}, or with Credential “None”: ${publicClientId}`],
    ['Client secret', secret],
    ...(as === 'google' ? [['Hosted domain', 'contoso.example'] as const] : []),
    ['GATEHOUSE_ALLOWED_PROVIDER_HOSTS', new URL(origin).host],
  ];
}
