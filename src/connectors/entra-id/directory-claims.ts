import {
  mappableNames,
  mappedNames,
  mapPerson,
  readMapping,
  statedPerson,
} from '../openid-connect/claims/claims-mapping.ts';
import { addressClaim, shownClaims, statedAuthentication, textClaim } from '../openid-connect/answer/id-token.ts';
import { isElsewhere } from '../openid-connect/answer/stated-values.ts';
import type { Claims, EnteredMapping, PreviewedPerson, ProviderFault } from '../connector.ts';
import { foundValue } from '../found-value.ts';

const SHOWN =
  'iss tid oid sub preferred_username email xms_edov acct idp name auth_time acr iat sid session_expiry'.split(' ');

/** What is known of a directory. */
interface DirectorySettings {
  issuer: string;
  directoryId: string;
  nameClaim?: string | undefined;
}

/** What the claims of an ID token say of a person in a directory. */
export function toClaims(
  settings: DirectorySettings,
  objectId: string,
  claims: Record<string, unknown>,
  now: Date,
): Claims {
  const email = addressClaim(claims['email']);
  const username = addressClaim(claims['preferred_username']);
  const { acct, idp } = claims;
  // Whose account is kept elsewhere: `acct` says so where the registration asks for it; `idp`, left out or the issuer for others.
  const guest = ![undefined, 0, '0'].includes(acct as never) || (idp !== undefined && idp !== settings.issuer);
  const ownerVerified = [true, 'true', '1', 1].includes(claims['xms_edov'] as never);
  const { name, unmapped } = mapPerson(claims, { nameClaim: settings.nameClaim }, true);
  return {
    issuer: settings.issuer,
    directoryId: settings.directoryId,
    subject: objectId,
    name,
    ...statedPerson(claims),
    displayAddress: shownAddress(claims),
    claimedAddresses: [email, username].filter((address) => address !== null),
    // Anybody may write any address into `email`; a sign-in name must lie in a domain the directory has proved.
    provenAddresses: [ownerVerified ? email : null, guest ? null : username].filter((address) => address !== null),
    ...statedAuthentication(claims, now),
    shown: {
      ...shownClaims(claims, [...SHOWN, ...mappedNames({ nameClaim: settings.nameClaim })]),
      ...(guest ? { guest: 'yes' } : {}),
      ...groupsOf(claims),
    },
    ...(unmapped.length === 0 ? {} : { unmapped }),
  };
}

/** The sign-in name before the mailbox: it is what people type there. */
function shownAddress(claims: Record<string, unknown>): string | null {
  const { preferred_username: username, email } = claims;
  return addressClaim(username) ?? addressClaim(email) ?? textClaim(username);
}

/**
 * How many groups the token names, for the trace. Of somebody in more than 200 it names none and says so instead: that is not
 * known, and never *no group*. The address it gives for them is not called: it came in a claim.
 */
function groupsOf(claims: Record<string, unknown>): Record<string, string> {
  const { groups } = claims;
  if (isElsewhere(claims, 'groups')) return { groups: 'unknown (overage)' };
  return Array.isArray(groups) ? { groups: String(groups.length) } : {};
}

/** What a mapping would make of claims that a test kept. Addresses are as Entra ID has them: no other claim gives them. */
export function previewOf(
  { addressClaim: chosen = '', nameClaim }: EnteredMapping,
  kept: Record<string, unknown>,
): PreviewedPerson | ProviderFault {
  if (chosen !== '') {
    return { fault: 'settings.claim-name', field: 'addressClaim', values: { found: foundValue(chosen) } };
  }
  const mapping = readMapping({ nameClaim }, '', null);
  if ('fault' in mapping) return mapping;
  const { name, unmapped } = mapPerson(kept, mapping, true);
  return { name, address: shownAddress(kept), unmapped, names: mappableNames(kept) };
}
