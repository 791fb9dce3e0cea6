/**
 * Organizations: a tree of customers below an MSP, at most {@link MAX_DEPTH} deep, and who may do what in it.
 *
 *   access.ts                     the rule: role and path of a caller, permissions, fresh factors (pure)
 *   find-organization.ts          reads one; the method in force, which may be the managing organization's
 *   manage-organizations.ts       creates, changes, removes managed organizations
 *   change-method.ts              locks an organization and changes its method; connections calls it
 *   list-organizations.ts         managed organizations with the state of their method (method-state.ts)
 *   create-root-organization.ts   the one at the top, at setup
 *   console-page.ts               where mails about one lead
 *   organization-store.ts, managed-organization-store.ts, suspended-sql.ts   the SQL
 */
import type { FederatedMethod } from '../base/federated-method.ts';
import type { OrganizationId } from '../base/ids.ts';

/** How the people of an organization log in. */
export type Method = 'built-in' | 'same-as-managing' | FederatedMethod;

/** Whether people of this method log in at an identity provider of their own organization. */
export function isFederated(method: Method): method is FederatedMethod {
  return method !== 'built-in' && method !== 'same-as-managing';
}

/** How an organization's audit events keep network addresses; shortened: /24 (IPv4), /48 (IPv6). */
export type AuditNetwork = 'full' | 'shortened' | 'none';

/** A customer or an MSP. */
export interface Organization {
  id: OrganizationId;
  /** The organization above; null for the root. */
  managingOrganizationId: OrganizationId | null;
  /** Ids from the root down to this one, each between slashes. */
  path: string;
  /** 1 for the root, at most {@link MAX_DEPTH}. */
  depth: number;
  name: string;
  method: Method;
  previousMethod: Method | null;
  methodChangedAt: Date | null;
  /** Address or URL its people are shown when a login is refused. */
  supportContact: string | null;
  suspendedAt: Date | null;
  /** It, or an organization above it, is suspended. */
  suspended: boolean;
  auditNetwork: AuditNetwork;
  /** Users are made at their first login, for addresses at domains it verified. */
  justInTime: boolean;
  /** Its people may log in to applications that nobody registered (`applications/unregistered`). */
  unregisteredApplications: boolean;
  version: number;
  createdAt: Date;
}

export const MAX_DEPTH = 5;

/** The path of an organization below `managingPath` (`/` for the root). */
export function pathBelow(managingPath: string, id: OrganizationId): string {
  return `${managingPath}${id}/`;
}

/** The path of the lowest organization that reaches both. */
export function pathAbove(one: string, other: string): string {
  const others = other.split('/');
  const ids = one.split('/');
  const same = ids.findIndex((id, at) => id !== others[at]);
  return same === -1 ? one : `${ids.slice(0, same).join('/')}/`;
}

/** Whether `path` is `top` or lies below it. */
export function reaches(top: string, path: string): boolean {
  return top !== '' && path.startsWith(top);
}
