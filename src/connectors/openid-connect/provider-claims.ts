import { addressClaim, shownClaims, statedAuthentication, textClaim } from './answer/id-token.ts';
import type { Claims } from '../connector.ts';

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

/** What a provider's claims say of a person. */
export function toClaims(issuer: string, subject: string, claims: Record<string, unknown>, now: Date): Claims {
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
