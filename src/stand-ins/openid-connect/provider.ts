import { decodeJwt, exportJWK } from 'jose';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { changedDocument } from '../faults/http-faults.ts';
import { signIdToken } from '../faults/token-faults.ts';
import type { Person } from './configuration.ts';
import { logoutPage, plainPage } from './pages.ts';
import type { Product } from './products.ts';
import { bendResponses } from './responses.ts';
import { type OpenIdState, personOf } from './state.ts';

/** The provider of the field: a certified library (oidc-provider) behind pages, addresses and claims of a product. */
export async function createProvider(state: OpenIdState): Promise<Provider> {
  const { issuer, config, memory, product, key } = state;
  const provider = new Provider(issuer, {
    ...settings(state),
    adapter: memory.adapter,
    jwks: { keys: [{ ...(await exportJWK(key.privateKey)), kid: key.kid, alg: 'RS256', use: 'sig' }] },
    cookies: {
      keys: [state.cookieKey],
      names: cookieNames(config.name),
    },
    findAccount: (_ctx, id) => {
      const user = personOf(state, id);
      return user && { accountId: id, claims: () => Promise.resolve(claimsOf(user, product)) };
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
    const registered = memory.clients.get(this.clientId)?.redirectUris ?? [];
    return registered === 'any' || registered.includes(uri);
  };
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    bendDocument(state, ctx);
  });
  provider.use((ctx: KoaContextWithOIDC, next) => bendResponses(state, ctx, next));
  bendIdTokens(provider, state);
  return provider;
}

/** Documents as the product words them, and as the faults that are switched on change them. */
function bendDocument({ product, faults, config }: OpenIdState, ctx: KoaContextWithOIDC): void {
  const { routes, metadata } = product;
  const body: unknown = ctx.body;
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return;
  if (ctx.path.endsWith('/openid-configuration')) {
    const { authorization_response_iss_parameter_supported: announced, ...document } = Object(body);
    const statesIssuer = product.statesIssuer ?? config.statesIssuer;
    const own = { ...document, ...(statesIssuer ? { authorization_response_iss_parameter_supported: announced } : {}) };
    const members = Object.entries({ ...own, ...metadata }).filter(([, value]) => value !== null);
    ctx.body = changedDocument(Object.fromEntries(members), faults.http, 'metadata');
  } else if (ctx.path.endsWith(routes.token)) {
    const { error } = body as { error?: string };
    const worded = error === undefined ? undefined : product.errors[error];
    const own = worded === undefined ? body : { ...body, error_description: worded };
    ctx.body = changedDocument(own, faults.http, 'token');
  } else if (ctx.path.endsWith(routes.userinfo)) ctx.body = changedDocument(body, faults.http, 'userinfo');
  else if (ctx.path.endsWith(routes.jwks)) ctx.body = changedDocument(body, faults.http, 'keys');
}

/** ID tokens have the product's claims, and are signed anew where a fault bends their claims, their header or their signature. */
function bendIdTokens(provider: Provider, state: OpenIdState): void {
  const { prototype } = provider.IdToken;
  // oxlint-disable-next-line typescript/unbound-method -- called with its token below
  const { issue, payload } = prototype;
  // the library sets these two by rules of its own
  prototype.payload = async function payloadOfProduct(): Promise<Record<string, unknown>> {
    const person = personOf(state, String(this.available['sub']));
    const { acr, amr } = person === undefined ? {} : state.product.claims(person);
    const own = Object.entries({ acr, amr }).filter(([, value]) => value !== undefined);
    return { ...(await payload.call(this)), ...Object.fromEntries(own) };
  };
  prototype.issue = async function issueBent(context): Promise<string> {
    const token = await issue.call(this, context);
    const { token: faults } = state.faults;
    if (context.use !== 'idtoken' || faults.length === 0) return token;
    return signIdToken({ payload: decodeJwt(token), key: state.key, faults });
  };
}

function settings({ config, product, issuer }: OpenIdState): Configuration {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const publicClients: ['none'] | [] = config.listsPublicClients ? ['none'] : [];
  return {
    responseTypes: config.responseTypes,
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'private_key_jwt', ...publicClients],
    claims: {
      openid: ['sub', ...OWN_CLAIMS.always],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', ...OWN_CLAIMS.profile],
    },
    scopes: ['openid', 'email', 'profile'],
    conformIdTokenClaims: false,
    routes: product.routes,
    interactions: {
      policy,
      url: (_ctx, interaction) => `${new URL(issuer).pathname.replace(/\/$/, '')}/interaction/${interaction.uid}`,
    },
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

/** Claims that products add, by the scope that brings them. */
const OWN_CLAIMS = {
  always: ['acr', 'amr', 'hd', 'idp', 'typ', 'ver'],
  profile: ['given_name', 'family_name', 'picture'],
};

function claimsOf(user: Person, product: Product): { sub: string; [claim: string]: unknown } {
  return {
    ...product.claims(user),
    sub: product.subject(user),
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    preferred_username: user.username ?? user.email,
  };
}
