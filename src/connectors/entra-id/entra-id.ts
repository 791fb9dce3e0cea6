import { z } from 'zod';
import { isGuid } from './guid.ts';
import { consentUrl, entraAdminConsent } from './admin-consent.ts';
import { previewOf, toClaims } from './directory-claims.ts';
import { CLOUDS } from './clouds.ts';
import { microsoftAddress, readDirectory } from './read-directory.ts';
import type { DirectoryDeps } from './read-directory.ts';
import { federatedMethod } from '../../base/federated-method.ts';
import type { Callback, Connector, ProviderFault } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { foundValue } from '../found-value.ts';
import { authorizationRequest } from '../openid-connect/authorization-request.ts';
import {
  describeMapping,
  enteredMapping,
  enteredNameClaim,
  keptClaims,
  readMapping,
} from '../openid-connect/claims/claims-mapping.ts';
import type { CallDeps } from '../openid-connect/client-configuration.ts';
import { namesOf, statedValues } from '../openid-connect/answer/stated-values.ts';
import type { ReadToken } from '../openid-connect/answer/id-token.ts';
import type { ProviderKey, ProviderKeys } from '../openid-connect/documents/keys.ts';
import { hostsOf, supports } from '../openid-connect/documents/metadata.ts';
import { endSessionUrl, logoutSupport } from '../openid-connect/logout/end-session.ts';
import { statedSession } from '../openid-connect/logout/stated-session.ts';
import { compareProvider } from '../openid-connect/documents/compare-provider.ts';
import type { CompareDeps } from '../openid-connect/documents/compare-provider.ts';
import {
  clientSecretFor,
  commonSettings,
  enteredInCommon,
  isFault,
  pasted,
  requestState,
  secretExpiresAt,
  secretExpiryFor,
  toProviderSettings,
  withSecretExpiry,
} from '../openid-connect/settings.ts';
import type { EnteredCredential, ProviderSettings, RequestState } from '../openid-connect/settings.ts';
import { verifyCallback } from '../openid-connect/answer/verify-callback.ts';
import type { Verified } from '../openid-connect/answer/verify-callback.ts';
import { ProviderFailure } from '../provider-failure.ts';

/** Entra ID dates its tokens five minutes back; Microsoft's own library allows as much. */
const TOLERANCE_SECONDS = 300;

/** A GUID as some tools show it. */
function withoutBraces(text: string): string {
  return text.replace(/^\{([^{}]*)\}$/, '$1');
}

/** Said before Save: with Entra ID no claim is chosen for the address. */
function addressClaimUnused(claim: string): ProviderFault {
  return { fault: 'entra.address-claim', field: 'addressClaim', values: { found: foundValue(claim) } };
}

const SECRET_ID: ProviderFault = { fault: 'entra.secret-id', field: 'clientSecret' };

/** Entra ID shows beside each secret's Value its Secret ID, a GUID: no secret of theirs has that form. */
function isSecretId({ credential, clientSecret }: EnteredCredential): boolean {
  return credential === 'secret' && isGuid(withoutBraces(clientSecret ?? '').toLowerCase());
}

const entraCredential = z
  .enum(['none', 'secret', 'certificate', 'federated'])
  .describe(
    '`certificate`: made here, uploaded in Entra ID. `federated`: an assertion of ours, trusted by issuer and subject.',
  );

const entered = z.strictObject({
  method: z.literal('entra-id'),
  ...enteredInCommon,
  credential: entraCredential,
  directoryId: pasted(300)
    .overwrite(withoutBraces)
    .describe('Directory (tenant) ID, a domain of the directory, or an address of Microsoft’s that holds either.'),
  cloud: z
    .enum(CLOUDS)
    .optional()
    .describe('Microsoft’s cloud where the directory is. Left out: found by the address, or by asking them in turn.'),
  appSpecificKeys: z
    .boolean()
    .optional()
    .describe('The application signs with keys of its own (a claims-mapping policy). Left out: as before.'),
  ...enteredNameClaim,
});
const settings = commonSettings.extend({
  directoryId: z.string(),
  cloud: z.enum(CLOUDS).default('global'),
  appSpecificKeys: z.boolean().default(false),
  /** See openid-connect/claims/claims-mapping.ts. Addresses are as Entra ID has them: none of its other claims is proven there. */
  nameClaim: z.string().optional(),
});
type Settings = z.infer<typeof settings>;
type EntraSettings = Settings & ProviderSettings;

/** The connector for Microsoft Entra ID: one directory, named by its id, each person by `tid` and `oid`. */
export function createEntraIdConnector(deps: CallDeps & DirectoryDeps & CompareDeps): Connector {
  const method = federatedMethod('entra-id');
  return defineConnector<z.infer<typeof entered>, Settings, RequestState>({
    method,
    stateParameter: 'state',
    entered,
    settings,
    state: requestState,
    // A Discovery URL of Microsoft's is Entra ID, whatever was chosen: its tokens need Entra ID's own checks.
    adopt(_method, given) {
      const read = discoveryUrlEntered.safeParse(given);
      if (!read.success) return null;
      const { discoveryUrl, addressClaim = '', ...rest } = read.data;
      const address = microsoftAddress(discoveryUrl, deps.entraAuthority);
      if (address === null) return null;
      const appSpecificKeys = new URL(discoveryUrl).searchParams.has('appid');
      const cloud = address.cloud ?? undefined;
      return {
        entered: { ...rest, method: 'entra-id', directoryId: address.directory, cloud, appSpecificKeys },
        notes: ['', 'email'].includes(addressClaim) ? [] : [addressClaimUnused(addressClaim)],
      };
    },
    async check(given, callbacks, before) {
      const clientId = withoutBraces(given.clientId).toLowerCase();
      if (!isGuid(clientId)) return { fault: 'entra.client-id', field: 'clientId' };
      const appSpecificKeys = given.appSpecificKeys ?? before?.settings.appSpecificKeys ?? false;
      const keysOf = appSpecificKeys ? clientId : null;
      const found = await readDirectory(deps, { directory: given.directoryId, cloud: given.cloud ?? null, keysOf });
      if ('fault' in found) return found;
      const { metadata, keys, directoryId, cloud } = found;
      const notes = isSecretId(given) ? [...found.notes, SECRET_ID] : found.notes;
      const clientSecret = clientSecretFor(given, metadata.issuer, before);
      if (isFault(clientSecret)) return clientSecret;
      // Without a credential Entra ID redeems no code for the platform Web: the browser posts the ID token.
      const code = given.credential !== 'none';
      if (code && !supports(metadata).code) return { fault: 'discovery.no-flow', field: 'directoryId' };
      const mapping = readMapping({ nameClaim: given.nameClaim }, metadata.issuer, before);
      if ('fault' in mapping) return mapping;
      return {
        method,
        credential: given.credential,
        notes,
        issuer: metadata.issuer,
        redirectUri: code ? callbacks.organization : callbacks.shared,
        clientSecret,
        settings: {
          clientId,
          directoryId,
          cloud,
          appSpecificKeys,
          flow: code ? 'code' : 'id-token',
          metadata,
          keys,
          keysReadAt: deps.clock.now(),
          clientSecretExpiresOn: secretExpiryFor(given, clientSecret, before),
          ...mapping,
        },
      };
    },
    describe: ({
      clientId,
      directoryId,
      cloud,
      appSpecificKeys,
      flow,
      metadata,
      clientSecretExpiresOn,
      nameClaim,
    }) => ({
      ...hostsOf(metadata),
      settings: {
        clientId,
        directoryId,
        cloud,
        flow,
        ...(appSpecificKeys ? { appSpecificKeys: 'true' } : {}),
        ...(clientSecretExpiresOn === undefined ? {} : { clientSecretExpiresOn }),
        ...describeMapping({ nameClaim }),
      },
      logout: logoutSupport(metadata),
    }),
    credentialExpiresAt: secretExpiresAt,
    withSecretExpiry,
    consentUrl: ({ settings: { clientId, directoryId: directory, cloud }, redirectUri }) =>
      consentUrl(deps.entraAuthority, { clientId, directory, cloud, redirectUri }),
    adminConsent: entraAdminConsent(deps),
    // `oid` is the same for all applications of a directory.
    sharesSubjects: (one, other) => one.directoryId === other.directoryId,
    begin: async (connection, request) => authorizationRequest(deps, toProviderSettings(connection), request),
    async finish(connection, callback) {
      const provider = toProviderSettings(connection);
      const verified = await verify(deps, provider, callback);
      checkDirectory(provider, verified.claims, provider.flow === 'code');
      checkKey(provider, verified.token, verified.keys);
      const { oid } = verified.claims;
      if (typeof oid !== 'string' || !isGuid(oid)) {
        const values = { member: 'oid', found: foundValue(oid), wanted: 'GUID' };
        throw new ProviderFailure('claim-missing', 'oid', {
          serverToServer: provider.flow === 'code',
          values,
        });
      }
      return {
        claims: {
          ...toClaims(provider, oid, verified.claims, deps.clock.now()),
          stated: statedValues(verified.claims, namesOf(verified.claims, callback)),
        },
        fresh: verified.fresh,
        session: statedSession(verified, deps.clock.now(), {
          hint: verified.claims['login_hint'],
          toleranceSeconds: TOLERANCE_SECONDS,
        }),
        ...(callback.keepClaims === true ? { kept: keptClaims(verified.claims) } : {}),
      };
    },
    previewMapping: previewOf,
    // Without it Entra ID asks which account to log out of; it takes no ID token for that. It sends no logout tokens.
    logoutUrl: ({ settings }, request) => endSessionUrl(settings, 'logout_hint', request),
    async reread(connection) {
      const { directoryId: directory, cloud, appSpecificKeys, clientId } = connection.settings;
      const found = await readDirectory(deps, { directory, cloud, keysOf: appSpecificKeys ? clientId : null });
      const provider = toProviderSettings(connection);
      return compareProvider(deps, connection, found, {
        now: deps.clock.now(),
        countsAsKey: (key) => whyNotOurs(provider, key) === null,
      });
    },
  });
}

/** As {@link verifyCallback}; a failure names what to enter or to look for in Entra ID's admin center. */
async function verify(deps: CallDeps, provider: EntraSettings, callback: Callback<RequestState>): Promise<Verified> {
  try {
    return await verifyCallback(deps, provider, callback, TOLERANCE_SECONDS);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const { clientId, directoryId, redirectUri } = provider;
    const { correlationId } = error;
    const correlation = correlationId === null ? {} : { correlation: correlationId };
    throw error.withValues({ clientId, directoryId, redirectUrl: redirectUri, ...correlation });
  }
}

/** A key pair is a certificate there: Entra ID reads no JSON Web Key Set of ours. */
const discoveryUrlEntered = z.object({
  ...enteredInCommon,
  credential: z
    .enum(['none', 'secret', 'private-key'])
    .transform((credential) => (credential === 'private-key' ? ('certificate' as const) : credential)),
  discoveryUrl: pasted(2000),
  ...enteredMapping,
});

/** The token is of the pinned directory, in every place that says so. */
function checkDirectory(settings: EntraSettings, claims: Record<string, unknown>, serverToServer: boolean): void {
  const wrong = (member: string, found: unknown, wanted: string): ProviderFailure => {
    const values = { member, found: foundValue(found), wanted: foundValue(wanted) };
    return new ProviderFailure('directory', `${member} is ${values.found}`, { serverToServer, values });
  };
  if (claims['ver'] !== '2.0') throw wrong('ver', claims['ver'], '2.0');
  // A claims mapping can add names; one that differs in case alone would be read as `tid` by other software.
  const spellings = Object.keys(claims).filter((name) => name.toLowerCase() === 'tid');
  if (spellings.length > 1) throw wrong('tid', spellings, 'tid');
  if (claims['tid'] !== settings.directoryId) throw wrong('tid', claims['tid'], settings.directoryId);
  const issuer = `/${settings.directoryId}/v2.0`;
  if (!settings.issuer.endsWith(issuer)) throw wrong('iss', settings.issuer, issuer);
  if (Array.isArray(claims['aud'])) throw wrong('aud', claims['aud'], settings.clientId);
}

/** Key sets hold keys of other clouds and of personal accounts too: the verifying key must be for this issuer. */
function checkKey(settings: EntraSettings, token: ReadToken, keys: ProviderKeys): void {
  const key = keys.keys.find(({ kid }) => kid !== undefined && kid === token.header['kid']);
  if (key === undefined) throw new ProviderFailure('signature', 'token without a known key id');
  const why = whyNotOurs(settings, key);
  if (why !== null) throw new ProviderFailure('issuer', why);
}

/** Why a key may not sign for this directory; null for one that may. */
function whyNotOurs(settings: EntraSettings, key: ProviderKey): string | null {
  const issuer = key.issuer?.replace('{tenantid}', settings.directoryId);
  if (issuer !== undefined && issuer !== settings.issuer) return 'key of another issuer';
  const cloud = settings.metadata.cloud_instance_name;
  const other = key.cloud_instance_name !== undefined && cloud !== undefined && key.cloud_instance_name !== cloud;
  return other ? 'key of another cloud' : null;
}
