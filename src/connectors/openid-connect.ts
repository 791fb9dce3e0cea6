import type { Claims, Connector } from './connector.ts';
import { addressClaim, shownClaims, statedAuthentication, textClaim } from './id-token.ts';
import { authorizationUrl, verifyAnswer } from './openid-client-calls.ts';
import type { CallDeps } from './openid-client-calls.ts';

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

/** The connector for any provider that speaks OpenID Connect. */
export function createOpenIdConnectConnector(deps: CallDeps): Connector {
  return {
    begin: (settings, out) => authorizationUrl(deps, settings, out),
    async finish(settings, back) {
      const verified = await verifyAnswer(deps, settings, back, { toleranceSeconds: TOLERANCE_SECONDS });
      const { sub, iss } = verified.claims;
      // With a code many providers state the person's claims at the userinfo endpoint alone (Core 5.4); its `sub` must
      // be the token's, the library checks that.
      const further = verified.claims['email'] === undefined ? await verified.userInfo() : null;
      const claims = { ...further, ...verified.claims };
      return { claims: claimsOf(String(iss), String(sub), claims), refreshedKeys: verified.refreshedKeys };
    },
  };
}

function claimsOf(issuer: string, subject: string, claims: Record<string, unknown>): Claims {
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
    ...statedAuthentication(claims),
    shown: shownClaims(claims, SHOWN),
  };
}

function isProven(issuer: string, email: string, claims: Record<string, unknown>): boolean {
  // The boolean alone: a provider that writes "false" as text would be taken at its word.
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
