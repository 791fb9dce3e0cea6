import type { AccountClaims, FindAccount } from 'oidc-provider';
import type { Database } from '../db/database.ts';
import { readStanding } from './storage/adapter-reads.ts';
import { formatId, readId } from '../base/ids.ts';
import { currentScope } from './storage/request-scope.ts';
import type { RequestScope, Standing } from './storage/request-scope.ts';
import { CONSOLE_CLIENT, START_CLIENT } from './clients.ts';
import { mayLogIn } from '../users/may-log-in.ts';

/** Which claims each scope brings; they stand in the ID token too. */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'sid', 'amr', 'acr', 'auth_time', 'org_id', 'org_name', 'home_org_id', 'roles'],
  profile: ['name'],
  email: ['email', 'email_verified'],
};

/** Why a user may not have tokens for the application now; null when it may. */
export function refusalOf(scope: RequestScope): string | null {
  const { standing, clientId } = scope;
  if (standing === null) return 'no such user';
  if (standing.status !== 'verified') return `user is ${standing.status}`;
  if (!mayLogIn(standing, scope.now)) {
    return standing.suspended ? 'organization is suspended' : 'access of the user has ended';
  }
  if (clientId === START_CLIENT) return null;
  if (clientId === CONSOLE_CLIENT) return null; // without a role the console and its API show nothing
  if (!standing.applicationUsable) return 'application is not for this organization';
  if (!reachesScope(standing)) return 'organization in scope is out of reach';
  return null;
}

/** The home organization, or one that it manages and a role of the user reaches. */
export function reachesScope(standing: Standing): boolean {
  const { scope, home } = standing;
  if (scope === null) return false;
  if (scope.id === home.id) return true;
  return scope.path.startsWith(home.path) && (standing.consoleRole !== null || standing.roles.length > 0);
}

/**
 * oidc-provider's findAccount: the user, unless something speaks against tokens for it now. Where it stands was read
 * with the session, code or token; after a login, or when the application was not in the address, it is read here.
 */
export function createFindAccount(db: Database): FindAccount {
  return async (ctx, accountId) => {
    const scope = currentScope();
    const userId = readId('usr', accountId);
    const { client, params } = ctx.oidc;
    if (userId === undefined || client === undefined) return undefined;
    scope.unprovenAddresses = client['unproven_addresses'] === true;
    scope.clientId = client.clientId;
    // A pushed request (RFC 9126) states its parameters elsewhere than in the address, and what the address adds to
    // them counts for nothing. Without parameters (a token's request) the token itself says which organization.
    if (params !== undefined) {
      const organization = params['organization'];
      scope.organizationHint = typeof organization === 'string' ? (readId('org', organization) ?? null) : null;
    }
    const read = scope.standing?.userId === userId && scope.standingClientId === client.clientId;
    if (!read || (scope.source === null && scope.standingHint !== scope.organizationHint)) {
      await readStanding(db, scope, userId);
    }
    const { standing } = scope;
    if (standing === null || refusalOf(scope) !== null) return undefined;
    return { accountId, claims: async () => claimsOf(scope, standing) };
  };
}

function claimsOf(scope: RequestScope, standing: Standing): AccountClaims {
  const about = standing.scope ?? standing.home;
  const claims: AccountClaims = {
    sub: formatId('usr', standing.userId),
    name: standing.name ?? standing.email,
    org_id: formatId('org', about.id),
    org_name: about.name,
    home_org_id: formatId('org', standing.home.id),
    roles: standing.roles,
  };
  // An address that nobody proved would make us the issuer of the nOAuth attack for our applications.
  if (standing.emailProven || scope.unprovenAddresses) {
    claims['email'] = standing.email;
    claims['email_verified'] = standing.emailProven;
  }
  return claims;
}
