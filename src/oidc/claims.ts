import type { AccountClaims, Client, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { epochSeconds } from '../base/clock.ts';
import { formatId, readId } from '../base/ids.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';
import type { UserAccess } from './storage/user-access-store.ts';
import { CONSOLE_CLIENT, START_CLIENT } from './clients.ts';
import { mayLogIn } from '../users/may-log-in.ts';

/** Why a user may not log in now; null when it may. */
export function mayNotLogIn(access: UserAccess, now: Date): string | null {
  if (access.status !== 'verified') return `user is ${access.status}`;
  if (mayLogIn(access, now)) return null;
  return access.suspended ? 'organization is suspended' : 'access of the user has ended';
}

/** Why a user may not have tokens for an application now; null when it may. */
export function refusalOf(access: UserAccess, clientId: string, now: Date): string | null {
  const refusal = mayNotLogIn(access, now);
  if (refusal !== null) return refusal;
  if (access.organizationInScope === null) return 'organization in scope does not exist';
  if (clientId === START_CLIENT) return null;
  if (clientId === CONSOLE_CLIENT) return null; // without a role the console and its API show nothing
  if (!access.applicationUsable) return 'application is not for this organization';
  return reachesOrganizationInScope(access) ? null : 'organization in scope is out of reach';
}

/** Whether the organization in scope is the home, or one that the home manages and a role of the user reaches. */
export function reachesOrganizationInScope(access: UserAccess): boolean {
  const { organizationInScope: asked, home } = access;
  if (asked === null) return false;
  if (asked.id === home.id) return true;
  return asked.path.startsWith(home.path) && (access.consoleRole !== null || access.roles.length > 0);
}

/**
 * The access of a user to the application of this request, for the organization that the code or token presented was
 * issued for, else the one the request asks for. Null when there is no such user or application.
 */
export async function accessOf(ctx: KoaContextWithOIDC, accountId: string | undefined): Promise<UserAccess | null> {
  const { client, params } = ctx.oidc;
  const userId = readId('usr', accountId ?? '');
  if (userId === undefined || client === undefined) return null;
  const work = UnitOfWork.current();
  // A pushed request (RFC 9126) states its parameters elsewhere than in the address, and what the address adds to them
  // counts for nothing.
  const asked = params?.['organization'];
  const organization =
    work.presentedToken()?.organizationInScopeId ??
    (typeof asked === 'string' ? readId('org', asked) : undefined) ??
    null;
  return work.access(userId, client.clientId, organization);
}

/** oidc-provider's `findAccount`: the user; undefined when it may not have tokens now. */
export const findAccount: FindAccount = async (ctx, accountId) => {
  const { client } = ctx.oidc;
  const access = await accessOf(ctx, accountId);
  const work = UnitOfWork.current();
  if (client === undefined || access === null || refusalOf(access, client.clientId, work.now) !== null) {
    return undefined;
  }
  work.issueFor(access);
  return { accountId, claims: async (_use, scope) => claimsOf(access, client, scope.split(' ')) };
};

/** What an application may be told of a user; the scopes decide what of it is. */
export function claimsOf(access: UserAccess, client: Client, scopes: readonly string[]): AccountClaims {
  const about = access.organizationInScope ?? access.home;
  const claims: AccountClaims = {
    sub: formatId('usr', access.userId),
    ...profileClaims(access),
    org_id: formatId('org', about.id),
    org_name: about.name,
    home_org_id: formatId('org', access.home.id),
    roles: access.roles,
  };
  // Applications that find accounts by address would be open to takeover by an unproven one (nOAuth).
  if (access.emailProven || client['unproven_addresses'] === true) {
    claims['email'] = access.email;
    claims['email_verified'] = access.emailProven;
    // The address is what people are known by here; nobody learns it by another claim than the one that was allowed.
    if (scopes.includes('email')) claims['preferred_username'] = access.email;
  }
  return claims;
}

/** What is known of a person (Core 5.1), the rest left out: an address is never given for a name. */
function profileClaims({ name, givenName, familyName, locale, profileChangedAt }: UserAccess): Record<string, unknown> {
  const known = { name, given_name: givenName, family_name: familyName, locale };
  const stated = Object.entries(known).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(stated),
    ...(profileChangedAt === null ? {} : { updated_at: epochSeconds(profileChangedAt) }),
  };
}
