import { MINUTE, after } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { reaches } from './organization.ts';

/** What a user may do in the console; each includes the one after it. */
export type ConsoleRole = 'administrator' | 'editor' | 'viewer';

/** Who calls an operation, proved by a door. */
export interface Caller {
  /** A person in the console, a program with an API token, or who runs the service (command line). */
  kind: 'user' | 'api-token' | 'operator';
  /** Id of the user or the API token; null for the operator. */
  id: string | null;
  userId: UserId | null;
  /** How the audit log calls it. */
  name: string;
  role: ConsoleRole;
  /** The caller's home organization and its path; rights reach from there down. */
  organizationId: OrganizationId;
  organizationPath: string;
  /** When a factor was last proved; null for programs and the operator. */
  factorAt: Date | null;
  /** An API token that the operator made on the command line. */
  madeByOperator?: boolean;
}

/** The permissions an operation asks for. */
export type Permission =
  | 'read'
  /** Users, invitations. */
  | 'edit-users'
  /** Managed organizations: create, rename. */
  | 'edit-organizations'
  /** Methods and connections. */
  | 'edit-authentication'
  | 'edit-roles'
  | 'edit-applications'
  | 'read-audit';

const ALLOWED: Record<ConsoleRole, ReadonlySet<Permission>> = {
  viewer: new Set(['read']),
  editor: new Set(['read', 'edit-users', 'edit-organizations']),
  administrator: new Set([
    'read',
    'edit-users',
    'edit-organizations',
    'edit-authentication',
    'edit-roles',
    'edit-applications',
    'read-audit',
  ]),
};

/** Whether the caller may do this to an organization at `path`. */
export function may(caller: Caller, permission: Permission, path: string): boolean {
  return reaches(caller.organizationPath, path) && ALLOWED[caller.role].has(permission);
}

/**
 * Refuses what the caller may not do to an organization.
 * `undefined` (no such organization) and one out of reach get the same answer, so that ids cannot be probed.
 * @throws organization.not-found, caller.denied
 */
export function requireAccess<T extends { path: string }>(
  caller: Caller,
  permission: Permission,
  organization: T | undefined,
): T {
  if (organization === undefined || !reaches(caller.organizationPath, organization.path)) {
    throw new AppError('organization.not-found');
  }
  if (!ALLOWED[caller.role].has(permission)) throw new AppError('caller.denied', { detail: permission });
  return organization;
}

/** How long a proved factor counts as fresh. */
const FRESH_FACTOR: Seconds = 10 * MINUTE;

/** Until when changes to methods, roles, applications and tokens go through; null when a factor has to be proved first. */
export function factorFreshUntil(caller: Caller, now: Date): Date | null {
  const until = caller.factorAt === null ? null : after(caller.factorAt, FRESH_FACTOR);
  return until !== null && until > now ? until : null;
}

/**
 * Refuses a person whose factor was proved too long ago, or never, and every API token but those the operator made: a token
 * that a person made must not do without the person what the person may only do after proving a factor.
 * @throws caller.stale-factor, caller.denied for an API token
 */
export function requireFreshFactor(caller: Caller, now: Date): void {
  if (caller.kind === 'operator' || caller.madeByOperator === true) return;
  if (caller.kind === 'api-token') throw new AppError('caller.denied', { detail: 'asks a person for a fresh factor' });
  if (factorFreshUntil(caller, now) === null) throw new AppError('caller.stale-factor');
}

/** All an administrator, editor or viewer may do. */
export function permissionsOf(role: ConsoleRole): readonly Permission[] {
  return [...ALLOWED[role]];
}

/** Whether the caller is an administrator of the root organization. */
export function isRootAdministrator(caller: Caller): boolean {
  return caller.role === 'administrator' && caller.organizationPath === `/${caller.organizationId}/`;
}

/** Roles from least to most, for comparing. */
const RANK: Record<ConsoleRole, number> = { viewer: 1, editor: 2, administrator: 3 };

/** Whether a caller of role `own` may give role `given` (never more than its own). */
export function mayGive(own: ConsoleRole, given: ConsoleRole | null): boolean {
  return given === null || RANK[own] >= RANK[given];
}

/** The lowest of several roles. */
export function lowestRole(first: ConsoleRole, others: readonly ConsoleRole[]): ConsoleRole {
  return others.reduce((lowest, role) => (RANK[role] < RANK[lowest] ? role : lowest), first);
}
