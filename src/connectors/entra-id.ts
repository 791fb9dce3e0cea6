import type { Claims, Connector, ProviderSettings } from './connector.ts';
import { addressClaim, shownClaims, statedAuthentication, textClaim } from './id-token.ts';
import type { ReadToken } from './id-token.ts';
import type { ProviderKeys } from './keys.ts';
import { authorizationUrl, verifyAnswer } from './openid-client-calls.ts';
import type { CallDeps } from './openid-client-calls.ts';
import { ProviderFailure } from './provider-failure.ts';

/** Entra ID dates its tokens five minutes back; Microsoft's own library allows as much. */
const TOLERANCE_SECONDS = 300;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const SHOWN = 'iss tid oid sub preferred_username email xms_edov acct idp name auth_time acr iat'.split(' ');

/** Whether text has the form of a directory, client or object id of Entra ID. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** The connector for Microsoft Entra ID: one directory, named by its id, each person by `tid` and `oid`. */
export function createEntraIdConnector(deps: CallDeps): Connector {
  return {
    begin: (settings, out) => authorizationUrl(deps, settings, out),
    async finish(settings, back) {
      const verified = await verifyAnswer(deps, settings, back, { toleranceSeconds: TOLERANCE_SECONDS });
      const serverToServer = settings.flow === 'code';
      checkDirectory(settings, verified.claims, serverToServer);
      checkKey(settings, verified.token, verified.keys);
      const { oid } = verified.claims;
      if (typeof oid !== 'string' || !isGuid(oid)) throw new ProviderFailure('claim-missing', 'oid');
      return { claims: claimsOf(settings, oid, verified.claims), refreshedKeys: verified.refreshedKeys };
    },
  };
}

/** The token is of the pinned directory, in every place that says so. */
function checkDirectory(settings: ProviderSettings, claims: Record<string, unknown>, serverToServer: boolean): void {
  const refuse = (detail: string): never => {
    throw new ProviderFailure('directory', detail, { serverToServer });
  };
  if (settings.directoryId === null) throw new Error('an Entra ID connection without a directory');
  if (claims['ver'] !== '2.0') refuse('ver is not 2.0');
  // A claims mapping can add names; one that differs in case alone would be read as `tid` by other software.
  const spellings = Object.keys(claims).filter((name) => name.toLowerCase() === 'tid');
  if (spellings.length !== 1 || claims['tid'] !== settings.directoryId) refuse('tid is not the directory');
  if (!settings.issuer.endsWith(`/${settings.directoryId}/v2.0`)) refuse('issuer without the directory');
  if (Array.isArray(claims['aud'])) refuse('aud is a list');
}

/** Key sets hold keys of other clouds and of personal accounts too: the verifying key must be for this issuer. */
function checkKey(settings: ProviderSettings, token: ReadToken, keys: ProviderKeys): void {
  const key = keys.keys.find(({ kid }) => kid !== undefined && kid === token.header['kid']);
  if (key === undefined) throw new ProviderFailure('signature', 'token without a known key id');
  const issuer = key.issuer?.replace('{tenantid}', settings.directoryId ?? '');
  if (issuer !== undefined && issuer !== settings.issuer) throw new ProviderFailure('issuer', 'key of another issuer');
  const cloud = settings.metadata.cloud_instance_name;
  if (key.cloud_instance_name !== undefined && cloud !== undefined && key.cloud_instance_name !== cloud) {
    throw new ProviderFailure('issuer', 'key of another cloud');
  }
}

function claimsOf(settings: ProviderSettings, objectId: string, claims: Record<string, unknown>): Claims {
  const email = addressClaim(claims['email']);
  const username = addressClaim(claims['preferred_username']);
  const { idp } = claims;
  const guest = claims['acct'] === 1 || claims['acct'] === '1' || (idp !== undefined && idp !== settings.issuer);
  const ownerVerified = [true, 'true', '1', 1].includes(claims['xms_edov'] as never);
  return {
    issuer: settings.issuer,
    directoryId: settings.directoryId ?? '',
    subject: objectId,
    name: textClaim(claims['name']),
    displayAddress: username ?? email ?? textClaim(claims['preferred_username']),
    claimedAddresses: [email, username].filter((address) => address !== null),
    // Anybody may write any address into `email`; a sign-in name must lie in a domain the directory has proved.
    provenAddresses: [ownerVerified ? email : null, guest ? null : username].filter((address) => address !== null),
    ...statedAuthentication(claims),
    shown: shownClaims(claims, SHOWN),
  };
}
