import { addressClaim, shownClaims, statedAuthentication, textClaim } from '../answer/id-token.ts';
import { mappableNames, mappedNames, mapPerson, statedPerson } from './claims-mapping.ts';
import type { ClaimsMapping } from './claims-mapping.ts';
import type { Claims, PreviewedPerson, ProviderFault } from '../../connector.ts';

/** The issuer of Google, for consumer accounts and all organizations alike. */
export const GOOGLE = 'https://accounts.google.com';
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

const SHOWN = 'iss sub email email_verified preferred_username name hd amr acr auth_time iat sid session_expiry'.split(
  ' ',
);

/**
 * What a provider's claims say of a person. Where an administrator chose the claim with the address, it is the only one that
 * is stated, and it is proven by nothing: `email_verified` speaks of `email` (Core 5.1), and people may write the other
 * one themselves.
 * @param by.known see {@link mapPerson}
 */
export function toClaims(
  issuer: string,
  subject: string,
  claims: Record<string, unknown>,
  by: { now: Date; mapping: ClaimsMapping; known: boolean },
): Claims {
  const { mapping } = by;
  const { name, mappedAddress, unmapped } = mapPerson(claims, mapping, by.known);
  return {
    issuer,
    directoryId: '',
    subject,
    name,
    ...statedPerson(claims),
    ...(mapping.addressClaim === undefined ? standardAddresses(issuer, claims) : mappedAddresses(mappedAddress)),
    ...statedAuthentication(claims, by.now),
    shown: shownClaims(claims, [...new Set([...SHOWN, ...mappedNames(mapping)])]),
    ...(unmapped.length === 0 ? {} : { unmapped }),
  };
}

type Addresses = Pick<Claims, 'displayAddress' | 'claimedAddresses' | 'provenAddresses' | 'addressMapped'>;

function standardAddresses(issuer: string, claims: Record<string, unknown>): Addresses {
  const email = addressClaim(claims['email']);
  const username = addressClaim(claims['preferred_username']);
  return {
    displayAddress: email ?? username ?? textClaim(claims['preferred_username']),
    claimedAddresses: [email, username].filter((address) => address !== null),
    provenAddresses: email !== null && isProven(issuer, email, claims) ? [email] : [],
  };
}

function mappedAddresses(address: string | null): Addresses {
  return {
    displayAddress: address,
    claimedAddresses: address === null ? [] : [address],
    provenAddresses: [],
    addressMapped: true,
  };
}

/** What a mapping would make of claims that a test kept. */
export function previewOf(
  mapping: ClaimsMapping | ProviderFault,
  kept: Record<string, unknown>,
  now: Date,
): PreviewedPerson | ProviderFault {
  if ('fault' in mapping) return mapping;
  const { name, displayAddress: address, unmapped = [] } = toClaims('', '', kept, { now, mapping, known: true });
  return { name, address, unmapped, names: mappableNames(kept) };
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
