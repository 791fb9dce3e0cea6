import { z } from 'zod';
import { federatedMethod } from '../../base/federated-method.ts';
import type { Claims, Connector } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { authorizationRequest } from './authorization-request.ts';
import { chooseFlow } from './choose-flow.ts';
import type { CallDeps } from './client-configuration.ts';
import { addressClaim, shownClaims, statedAuthentication, textClaim } from './answer/id-token.ts';
import { hostsOf } from './documents/metadata.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import { withRefreshedKeys } from './documents/provider-keys.ts';
import { readProvider } from './documents/read-provider.ts';
import type { ReadDeps } from './documents/read-provider.ts';
import {
  clientSecretFor,
  commonSettings,
  enteredInCommon,
  isFault,
  pasted,
  requestState,
  toProviderSettings,
} from './settings.ts';
import type { RequestState } from './settings.ts';
import { verifyCallback } from './answer/verify-callback.ts';
import type { Verified } from './answer/verify-callback.ts';

/** Clock difference we tolerate, each way. */
const TOLERANCE_SECONDS = 60;

const GOOGLE = 'https://accounts.google.com';
/**
 * Issuers that serve everybody: what one of them calls verified says nothing about whose domain it is. A provider not
 * listed is taken to serve the organization that configured it, whose people alone it can log in.
 */
const SHARED_ISSUERS: ReadonlySet<string> = new Set([
  'https://gitlab.com',
  'https://appleid.apple.com',
  'https://account.apple.com',
  'https://www.facebook.com',
  'https://www.linkedin.com/oauth',
  'https://oauth.id.jumpcloud.com/',
  'https://id.twitch.tv/oauth2',
  'https://slack.com',
  'https://login.salesforce.com',
]);

const SHOWN = [
  'iss',
  'sub',
  'email',
  'email_verified',
  'preferred_username',
  'name',
  'hd',
  'amr',
  'acr',
  'auth_time',
  'iat',
];

const entered = z.strictObject({
  method: z.literal('openid-connect'),
  ...enteredInCommon,
  discoveryUrl: pasted(2000).describe('With or without `/.well-known/openid-configuration`.'),
});
const settings = commonSettings.extend({
  /** As it was typed, with its query: that chooses the document (the policy of Azure AD B2C). */
  discoveryUrl: z.string(),
});

/** The connector for any provider that speaks OpenID Connect. */
export function createOpenIdConnectConnector(deps: CallDeps & ReadDeps): Connector {
  const method = federatedMethod('openid-connect');
  return defineConnector<z.infer<typeof entered>, z.infer<typeof settings>, RequestState>({
    method,
    stateParameter: 'state',
    entered,
    settings,
    state: requestState,
    adopt: () => null,
    async check(given, callbacks, before) {
      const provider = await readProvider(deps, given.discoveryUrl);
      if ('fault' in provider) return provider;
      const { metadata, keys, notes } = provider;
      const chosen = chooseFlow(given.credential, metadata, callbacks);
      if ('fault' in chosen) {
        const field = chosen.fault === 'discovery.needs-secret' ? 'clientSecret' : 'discoveryUrl';
        return { fault: chosen.fault, field };
      }
      const clientSecret = clientSecretFor(given, metadata.issuer, before);
      if (isFault(clientSecret)) return clientSecret;
      const { clientId, discoveryUrl } = given;
      const { flow, redirectUri } = chosen;
      const stored = { clientId, discoveryUrl, flow, metadata, keys, keysReadAt: deps.clock.now() };
      return { method, issuer: metadata.issuer, redirectUri, clientSecret, settings: stored, notes };
    },
    describe: ({ clientId, discoveryUrl, flow, metadata }) => ({
      ...hostsOf(metadata),
      settings: { clientId, discoveryUrl, flow },
    }),
    // Subjects may differ from client to client (OpenID Connect Core 8.1).
    sharesSubjects: (one, other) =>
      one.clientId === other.clientId || [one, other].every(({ metadata }) => hasPublicSubjects(metadata)),
    begin: async (connection, request) => authorizationRequest(deps, toProviderSettings(connection), request),
    async finish(connection, callback) {
      const verified = await verifyCallback(deps, toProviderSettings(connection), callback, TOLERANCE_SECONDS);
      const { sub, iss } = verified.claims;
      const claims = await withUsableAddress(verified);
      return {
        claims: toClaims(String(iss), String(sub), claims, deps.clock.now()),
        fresh: verified.fresh,
        refreshed: withRefreshedKeys(connection.settings, verified.refreshedKeys, deps.clock.now()),
      };
    },
  });
}

/**
 * The claims of a person. With a code many providers state the address at the userinfo endpoint alone (Core 5.4), whose
 * `sub` must be the token's: the library checks that. An address in the ID token that is none (a list, empty, with a
 * blank) counts as not stated, and so does what is said of it: `email_verified` speaks of the `email` beside it.
 */
async function withUsableAddress({ claims, userInfo }: Verified): Promise<Record<string, unknown>> {
  if (addressClaim(claims['email']) !== null) return claims;
  const { email: _unusable, email_verified: _ofIt, ...rest } = claims;
  return { ...(await userInfo()), ...rest };
}

function hasPublicSubjects(metadata: ProviderMetadata): boolean {
  return !(metadata.subject_types_supported ?? ['pairwise']).includes('pairwise');
}

function toClaims(issuer: string, subject: string, claims: Record<string, unknown>, now: Date): Claims {
  const email = addressClaim(claims['email']);
  const username = addressClaim(claims['preferred_username']);
  return {
    issuer,
    directoryId: '',
    subject,
    name: textClaim(claims['name']) ?? fullName(claims),
    displayAddress: email ?? username ?? textClaim(claims['preferred_username']),
    claimedAddresses: [email, username].filter((address) => address !== null),
    provenAddresses: email !== null && isProven(issuer, email, claims) ? [email] : [],
    ...statedAuthentication(claims, now),
    shown: shownClaims(claims, SHOWN),
  };
}

function isProven(issuer: string, email: string, claims: Record<string, unknown>): boolean {
  // The boolean alone: the text "false" is truthy.
  if (claims['email_verified'] !== true) return false;
  if (issuer === GOOGLE) {
    // Google's consumer accounts may carry a company address; `hd` says the domain's owner manages the account.
    const hosted = claims['hd'];
    return typeof hosted === 'string' && email.toLowerCase().endsWith(`@${hosted.toLowerCase()}`);
  }
  return !SHARED_ISSUERS.has(issuer);
}

function fullName(claims: Record<string, unknown>): string | null {
  const parts = [textClaim(claims['given_name']), textClaim(claims['family_name'])].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}
