import { z } from 'zod';
import { federatedMethod } from '../../base/federated-method.ts';
import type { Connector, ProviderFault } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import type { Finding } from '../explanation-codes.ts';
import { foundValue } from '../found-value.ts';
import { ProviderFailure } from '../provider-failure.ts';
import { adaptRequest, explainRequest, learn, offerFor, repeatRequest } from './adapt-request.ts';
import { authorizationRequest } from './authorization-request.ts';
import { chooseFlow } from './choose-flow.ts';
import { findNoKeyWay } from './client-assertion.ts';
import { findNoCommonWay } from './client-authentication.ts';
import type { CallDeps } from './client-configuration.ts';
import { isAudience } from './answer/id-token.ts';
import { namesOf } from './answer/stated-values.ts';
import { statedBy, supplemented } from './claims/supplemented.ts';
import { describeMapping, enteredMapping, readMapping } from './claims/claims-mapping.ts';
import { hostsOf } from './documents/metadata.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import { compareProvider } from './documents/compare-provider.ts';
import type { CompareDeps } from './documents/compare-provider.ts';
import { PRESETS } from '../../guides/presets.ts';
import { readProvider } from './documents/read-provider.ts';
import type { ReadDeps } from './documents/read-provider.ts';
import { endSessionUrl, logoutSupport } from './logout/end-session.ts';
import { readLogoutToken } from './logout/logout-token.ts';
import { statedSession } from './logout/stated-session.ts';
import { GOOGLE, previewOf, toClaims } from './claims/provider-claims.ts';
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
  withSecretExpiry,
  secretExpiryFor,
  toProviderSettings,
} from './settings.ts';
import type { RequestState } from './settings.ts';
import { verifyCallback } from './answer/verify-callback.ts';

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
  ...enteredMapping,
});
const settings = commonSettings.extend({
  /** As it was typed, with its query: that chooses the document (the policy of Azure AD B2C). */
  discoveryUrl: z.string(),
  preset: z.enum(PRESETS).optional(),
  /** What the claim `hd` must name; left out: it is not looked at. */
  hostedDomain: z.string().optional(),
  /** See claims-mapping.ts. */
  addressClaim: z.string().optional(),
  nameClaim: z.string().optional(),
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
      const mapping = readMapping(given, metadata.issuer, before);
      if ('fault' in mapping) return mapping;
      const { clientId, discoveryUrl, preset, hostedDomain: domain = '' } = given;
      const hostedDomain = domain === '' ? undefined : domain;
      const open = metadata.issuer === GOOGLE && hostedDomain === undefined;
      const { flow, redirectUri } = chosen;
      const asked = { scope, clientAuthentication, trustedAudiences };
      const entered = { clientId, discoveryUrl, preset, hostedDomain, ...mapping };
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
        notes: [
          ...notes,
          ...(open ? [NO_HOSTED_DOMAIN] : []),
          ...(mapping.addressClaim === undefined ? [] : [unproven(mapping.addressClaim)]),
        ],
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
        ...describeMapping(stored),
      },
      notes: reducedScope(stored),
      logout: logoutSupport(stored.metadata),
    }),
    credentialExpiresAt: secretExpiresAt,
    withSecretExpiry,
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
      const read = await supplemented(verified, callback, connection.settings);
      const { claims, supplement, kept } = read;
      const now = deps.clock.now();
      const learned = learn(connection.settings, callback.state, { hadSuccess: callback.hadSuccess, now });
      return {
        claims: {
          ...toClaims(String(iss), String(sub), claims, { now, mapping: connection.settings, known: read.known }),
          stated: statedBy(claims, namesOf(claims, callback), read),
        },
        fresh: verified.fresh,
        session: statedSession(verified, now, { hint: verified.idToken, toleranceSeconds: TOLERANCE_SECONDS }),
        learned,
        ...(supplement === undefined ? {} : { supplement }),
        ...(kept === undefined ? {} : { kept }),
      };
    },
    previewMapping: (given, kept) => previewOf(readMapping(given, '', null), kept, deps.clock.now()),
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
    repeat: repeatRequest,
    offer: offerFor,
  });
}

/** Google serves everybody by one issuer: only `hd` says whose account it is. */
const NO_HOSTED_DOMAIN: ProviderFault = { fault: 'settings.no-hosted-domain', field: 'hostedDomain' };

/** Said before Save: who is not bound yet gets a code mailed. */
function unproven(claim: string): ProviderFault {
  return { fault: 'settings.address-claim', field: 'addressClaim', values: { member: claim } };
}

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

function hasPublicSubjects(metadata: ProviderMetadata): boolean {
  return !(metadata.subject_types_supported ?? ['pairwise']).includes('pairwise');
}
