import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { changedDocument, type HttpFaults } from '../faults/http-faults.ts';
import type { ContosoConfiguration, ContosoUser } from './configuration.ts';
import type { ContosoMemory } from './memory-adapter.ts';
import { logoutPage, plainPage } from './pages.ts';

export async function makeSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
}

interface Parts {
  issuer: string;
  config: ContosoConfiguration;
  memory: ContosoMemory;
  users: ReadonlyMap<string, ContosoUser>;
  /** Private keys, the signing one first. */
  keys: JWK[];
  cookieKey: string;
  /** Read at each request: what tests have switched on. */
  faults: () => HttpFaults;
}

/** Contoso's OpenID Provider: other people's code (oidc-provider) behind our own pages. */
export function createContosoProvider({ issuer, config, memory, users, keys, cookieKey, faults }: Parts): Provider {
  const provider = new Provider(issuer, {
    ...settings(config),
    adapter: memory.adapter,
    jwks: { keys },
    cookies: {
      keys: [cookieKey],
      names: cookieNames(config.name),
    },
    findAccount: (_ctx, id) => {
      const user = users.get(id);
      return user && { accountId: id, claims: () => Promise.resolve(claimsOf(user)) };
    },
    async loadExistingGrant(ctx) {
      const { provider: owner, session, client } = ctx.oidc;
      const grant = new owner.Grant({ accountId: session?.accountId ?? '', clientId: client?.clientId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  provider.proxy = true; // a TLS proxy may stand in front
  provider.Client.prototype.redirectUriAllowed = function redirectUriAllowed(uri): boolean {
    return memory.clients.get(this.clientId)?.redirectUris.includes(uri) ?? false;
  };
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    if (!ctx.path.endsWith('/openid-configuration')) return;
    const { authorization_response_iss_parameter_supported: statesIssuer, ...metadata } = Object(ctx.body);
    const announced = config.statesIssuer ? { authorization_response_iss_parameter_supported: statesIssuer } : {};
    ctx.body = changedDocument({ ...metadata, ...announced }, faults(), 'metadata');
  });
  if (!config.statesIssuer) provider.use(hideIssuer);
  return provider;
}

function settings(config: ContosoConfiguration): Configuration {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const publicClients: ['none'] | [] = config.listsPublicClients ? ['none'] : [];
  return {
    responseTypes: config.responseTypes,
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', ...publicClients],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    scopes: ['openid', 'email', 'profile'],
    conformIdTokenClaims: false,
    interactions: { policy, url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: (_ctx, client) => client.clientAuthMethod === 'none' },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 14 * 86_400,
      IdToken: 3600,
      Interaction: 3600,
      Session: 14 * 86_400,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => void (ctx.body = logoutPage(config.name, form)),
        postLogoutSuccessSource: (ctx) =>
          void (ctx.body = plainPage(config.name, 'You are logged out', `You have logged out of ${config.name}.`)),
      },
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = plainPage(config.name, out.error, out.error_description ?? '');
    },
  };
}

function cookieNames(name: string): { session: string; interaction: string; resume: string } {
  const prefix = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return { session: `${prefix}_session`, interaction: `${prefix}_interaction`, resume: `${prefix}_resume` };
}

function claimsOf(user: ContosoUser): { sub: string; [claim: string]: unknown } {
  return {
    sub: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    preferred_username: user.username ?? user.email,
  };
}

/** Takes RFC 9207's `iss` out of authorization responses: many providers do not know it. */
async function hideIssuer(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const location: string | undefined = ctx.response.get('location');
  if (location?.includes('iss=')) {
    const url = new URL(location);
    if (url.searchParams.has('code') || url.searchParams.has('error')) {
      url.searchParams.delete('iss');
      ctx.set('location', url.href);
    }
  }
  if (typeof ctx.body === 'string') ctx.body = ctx.body.replace(/<input type="hidden" name="iss"[^>]*>/, '');
}
