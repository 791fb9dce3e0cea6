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
  auditNetwork: AuditNetwork;
  version: number;
  createdAt: Date;
}

export const MAX_DEPTH = 5;

/** The path of an organization below `managingPath` (`/` for the root). */
export function pathBelow(managingPath: string, id: OrganizationId): string {
  return `${managingPath}${id}/`;
}

/** Whether `path` is `top` or lies below it. */
export function reaches(top: string, path: string): boolean {
  return top !== '' && path.startsWith(top);
}
