import { z } from 'zod';
import { federatedMethod } from '../../base/federated-method.ts';
import type { Callback, Connector, ProviderFault, StatedValues, Supplement } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import type { Finding } from '../explanation-codes.ts';
import { foundValue } from '../found-value.ts';
import { ProviderFailure } from '../provider-failure.ts';
import { adaptRequest, explainRequest, learn, offerFor } from './adapt-request.ts';
import { authorizationRequest } from './authorization-request.ts';
import { chooseFlow } from './choose-flow.ts';
import { findNoKeyWay } from './client-assertion.ts';
import { findNoCommonWay } from './client-authentication.ts';
import type { CallDeps } from './client-configuration.ts';
import { addressClaim, isAudience } from './answer/id-token.ts';
import { isElsewhere, namesOf, statedValues } from './answer/stated-values.ts';
import { hostsOf } from './documents/metadata.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import { compareProvider } from './documents/compare-provider.ts';
import type { CompareDeps } from './documents/compare-provider.ts';
import { PRESETS } from '../../base/federated-method.ts';
import { readProvider } from './documents/read-provider.ts';
import type { ReadDeps } from './documents/read-provider.ts';
import { endSessionUrl, logoutSupport } from './logout/end-session.ts';
import { readLogoutToken } from './logout/logout-token.ts';
import { statedSession } from './logout/stated-session.ts';
import { GOOGLE, toClaims } from './provider-claims.ts';
import {
  CLIENT_AUTHENTICATIONS,
  clientSecretFor,
  commonSettings,
  DEFAULT_SCOPE,
  enteredInCommon,
  FLOWS,
  isFault,
  pasted,
  requestState,
  secretExpiresAt,
  secretExpiryFor,
  toProviderSettings,
} from './settings.ts';
import type { RequestState } from './settings.ts';
import { verifyCallback } from './answer/verify-callback.ts';
import type { Verified } from './answer/verify-callback.ts';

/** Clock difference we tolerate, each way. */
const TOLERANCE_SECONDS = 60;
const MAX_AUDIENCES = 10;

const entered = z.strictObject({
  method: z.literal('openid-connect'),
  ...enteredInCommon,
  credential: z
    .enum(['none', 'secret', 'private-key'])
    .describe('`private-key`: `private_key_jwt` (OpenID Connect Core 9) with a key pair made here.'),
  /** More than the 2048 that are read, so that a page of text is explained as one. */
  discoveryUrl: pasted(10_000).describe('With or without `/.well-known/openid-configuration`.'),
  flow: z
    .enum(FLOWS)
    .optional()
    .describe(
      'Without a credential: `code` (with PKCE, to the redirect URL of the organization) or `id-token` (by form_post, to the shared one). Left out: `code` where the provider announces PKCE. With a credential always `code`.',
    ),
  scope: pasted(500).optional().describe(`Scopes, separated by blanks. Left out: \`${DEFAULT_SCOPE}\`.`),
  clientAuthentication: z
    .enum(['automatic', ...CLIENT_AUTHENTICATIONS])
    .optional()
    .describe('How the client secret is sent. `automatic`, or left out: found by the first login.'),
  trustedAudiences: pasted(2000)
    .optional()
    .describe('Audiences, separated by blanks, that ID tokens may name beside the Client ID.'),
  preset: z.enum(PRESETS).optional().describe('Whose guide the form shows; decides nothing else.'),
  hostedDomain: pasted(253)
    .toLowerCase()
    .optional()
    .describe('The domain that the claim `hd` must name (Google Workspace): accounts of others are refused.'),
});
const settings = commonSettings.extend({
  /** As it was typed, with its query: that chooses the document (the policy of Azure AD B2C). */
  discoveryUrl: z.string(),
  preset: z.enum(PRESETS).optional(),
  /** What the claim `hd` must name; left out: it is not looked at. */
  hostedDomain: z.string().optional(),
});
type Settings = z.infer<typeof settings>;

/** The connector for any provider that speaks OpenID Connect. */
export function createOpenIdConnectConnector(deps: CallDeps & ReadDeps & CompareDeps): Connector {
  const method = federatedMethod('openid-connect');
  return defineConnector<z.infer<typeof entered>, Settings, RequestState>({
    method,
    stateParameter: 'state',
    entered,
    settings,
    state: requestState,
    adopt: () => null,
    async check(given, callbacks, before) {
      const scope = readScope(given.scope);
      if (scope === null) return { fault: 'settings.scope', field: 'scope' };
      const trustedAudiences = words(given.trustedAudiences);
      if (trustedAudiences.length > MAX_AUDIENCES || !trustedAudiences.every(isAudience)) {
        return { fault: 'settings.trusted-audiences', field: 'trustedAudiences' };
      }
      const provider = await readProvider(deps, given.discoveryUrl);
      if ('fault' in provider) return provider;
      const { metadata, keys, notes } = provider;
      const chosen = chooseFlow(given, metadata, callbacks);
      if ('fault' in chosen) {
        const chosenField = given.credential === 'none' ? 'flow' : 'credential';
        return { ...chosen, field: chosen.fault === 'discovery.no-flow' ? 'discoveryUrl' : chosenField };
      }
      const chosenWay = given.clientAuthentication ?? 'automatic';
      const clientAuthentication = chosenWay === 'automatic' ? undefined : chosenWay;
      if (given.credential === 'secret' && clientAuthentication === undefined) {
        const noWay = findNoCommonWay(metadata);
        if (noWay !== null) return { ...noWay, field: 'clientAuthentication' };
      }
      if (given.credential === 'private-key') {
        const noKey = findNoKeyWay(metadata);
        if (noKey !== null) return { ...noKey, field: 'credential' };
      }
      const clientSecret = clientSecretFor(given, metadata.issuer, before);
      if (isFault(clientSecret)) return clientSecret;
      const { clientId, discoveryUrl, preset, hostedDomain: domain = '' } = given;
      const hostedDomain = domain === '' ? undefined : domain;
      const open = metadata.issuer === GOOGLE && hostedDomain === undefined;
      const { flow, redirectUri } = chosen;
      const asked = { scope, clientAuthentication, trustedAudiences };
      const entered = { clientId, discoveryUrl, preset, hostedDomain };
      const clientSecretExpiresOn = secretExpiryFor(given, clientSecret, before);
      const read = { metadata, keys, keysReadAt: deps.clock.now() };
      const stored = { ...entered, clientSecretExpiresOn, flow, ...asked, ...read };
      return {
        method,
        credential: given.credential,
        issuer: metadata.issuer,
        redirectUri,
        clientSecret,
        settings: stored,
        notes: open ? [...notes, NO_HOSTED_DOMAIN] : notes,
      };
    },
    describe: (stored) => ({
      ...hostsOf(stored.metadata),
      settings: {
        clientId: stored.clientId,
        discoveryUrl: stored.discoveryUrl,
        flow: stored.flow,
        scope: stored.scope ?? DEFAULT_SCOPE,
        clientAuthentication: stored.clientAuthentication ?? 'automatic',
        trustedAudiences: (stored.trustedAudiences ?? []).join(' '),
        ...(stored.preset === undefined ? {} : { preset: stored.preset }),
        ...(stored.hostedDomain === undefined ? {} : { hostedDomain: stored.hostedDomain }),
        ...(stored.clientSecretExpiresOn === undefined ? {} : { clientSecretExpiresOn: stored.clientSecretExpiresOn }),
      },
      notes: reducedScope(stored),
      logout: logoutSupport(stored.metadata),
    }),
    credentialExpiresAt: secretExpiresAt,
    // Subjects may differ from client to client (OpenID Connect Core 8.1).
    sharesSubjects: (one, other) =>
      one.clientId === other.clientId || [one, other].every(({ metadata }) => hasPublicSubjects(metadata)),
    begin: async (connection, request) => authorizationRequest(deps, toProviderSettings(connection), request),
    async finish(connection, callback) {
      const provider = toProviderSettings(connection);
      const verified = await verifyCallback(deps, provider, callback, TOLERANCE_SECONDS).catch((error: unknown) => {
        throw error instanceof ProviderFailure ? explainRequest(provider, error, callback.state) : error;
      });
      const { hostedDomain } = connection.settings;
      if (hostedDomain !== undefined) checkHostedDomain(verified.claims['hd'], hostedDomain);
      const { sub, iss } = verified.claims;
      const { claims, supplement } = await supplemented(verified, callback);
      const now = deps.clock.now();
      const learned = learn(connection.settings, callback.state, { hadSuccess: callback.hadSuccess, now });
      return {
        claims: {
          ...toClaims(String(iss), String(sub), claims, now),
          stated: statedBy(claims, namesOf(claims, callback), supplement),
        },
        fresh: verified.fresh,
        session: statedSession(verified, now, { hint: verified.idToken, toleranceSeconds: TOLERANCE_SECONDS }),
        learned,
        ...(supplement === undefined ? {} : { supplement }),
      };
    },
    logoutUrl: ({ settings }, request) => endSessionUrl(settings, 'id_token_hint', request),
    readLogoutToken: async (connection, token, { readAgain, beforeVerifying }) =>
      readLogoutToken(deps, toProviderSettings(connection), {
        token,
        toleranceSeconds: TOLERANCE_SECONDS,
        beforeVerifying,
        readKeysAgain: async () => settings.parse(await readAgain()).keys,
      }),
    reread: async (connection) =>
      compareProvider(deps, connection, await readProvider(deps, connection.settings.discoveryUrl), {
        now: deps.clock.now(),
      }),
    adapt: (connection, failure, state) => adaptRequest(toProviderSettings(connection), failure, state),
    offer: offerFor,
  });
}

/** Google serves everybody by one issuer: only `hd` says whose account it is. */
const NO_HOSTED_DOMAIN: ProviderFault = { fault: 'settings.no-hosted-domain', field: 'hostedDomain' };

/** The domain that manages an account must be the pinned one. The parameter `hd` of a request would be a hint alone. */
function checkHostedDomain(found: unknown, wanted: string): void {
  if (typeof found === 'string' && found.toLowerCase() === wanted) return;
  const values = { member: 'hd', found: found === undefined ? '–' : foundValue(found), wanted };
  throw new ProviderFailure('directory', 'hd', { code: 'login.hosted-domain', values });
}

/** Scopes as entered, `openid` first: it makes the request one of OpenID Connect (Core 3.1.2.1). Null for what are none. */
function readScope(given = DEFAULT_SCOPE): string | null {
  const scopes = words(given);
  // RFC 6749 3.3: printable ASCII but for the quotation mark and the backslash.
  if (!scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) return null;
  return [...new Set(['openid', ...scopes])].join(' ');
}

function words(given = ''): string[] {
  return given.split(/[\s,]+/).filter((word) => word !== '');
}

function reducedScope({ scope = DEFAULT_SCOPE, learned }: Settings): Finding[] {
  if (learned?.openidAloneAt === undefined) return [];
  const found = words(scope).filter((one) => one !== 'openid');
  return [{ fault: 'login.scope-reduced', values: { found: found.join(' ') } }];
}

/**
 * The claims of a person. With a code many providers state the address at the userinfo endpoint alone (Core 5.4). It is asked
 * for a person who is not bound yet, whose address is needed, and where the ID token lacks a claim that rules ask for. An
 * address in the ID token that is none (a list, empty, with a blank) counts as not stated, and so does what is said of it:
 * `email_verified` speaks of the `email` beside it.
 */
async function supplemented(
  { claims, userInfo }: Verified,
  { isBound, claimNames = [] }: Callback<RequestState>,
): Promise<{ claims: Record<string, unknown>; supplement?: Supplement }> {
  const wanted = claimNames.filter((name) => !isStated(claims, name) && !isElsewhere(claims, name));
  const hasAddress = addressClaim(claims['email']) !== null;
  if (hasAddress && wanted.length === 0) return { claims };
  const { email: _unusable, email_verified: _ofIt, ...without } = claims;
  const rest = hasAddress ? claims : without;
  if (wanted.length === 0) {
    const subject = { issuer: String(claims['iss']), directoryId: '', subject: String(claims['sub']) };
    if (await isBound(subject)) return { claims: rest };
  }
  const asked = await userInfo();
  if (asked === null) return { claims: rest };
  if ('fault' in asked) return { claims: rest, supplement: { fault: asked.fault } };
  const added = {
    ...(hasAddress ? {} : pick(asked.claims, PERSONAL)),
    ...pick(asked.claims, [...wanted, '_claim_names']),
  };
  const stated = Object.entries(rest).filter(([, value]) => value !== null);
  return { claims: { ...added, ...Object.fromEntries(stated) }, supplement: { fault: null } };
}

/** What rules ask for. Where userinfo was asked for it and failed, a claim that the ID token lacks is not known. */
function statedBy(claims: Record<string, unknown>, names: readonly string[], supplement?: Supplement): StatedValues {
  const stated = statedValues(claims, names);
  if ((supplement?.fault ?? null) === null) return stated;
  return Object.fromEntries(names.map((name) => [name, isStated(claims, name) ? stated[name]! : null]));
}

/** What userinfo may add: how and when the person logged in, the ID token alone says. */
const PERSONAL = ['email', 'email_verified', 'name', 'given_name', 'family_name', 'preferred_username'];

function isStated(claims: Record<string, unknown>, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null;
}

function pick(claims: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)));
}

function hasPublicSubjects(metadata: ProviderMetadata): boolean {
  return !(metadata.subject_types_supported ?? ['pairwise']).includes('pairwise');
}
