/**
 * Quotas: how much the tree of an organization may hold, the organization and all below it.
 *
 *   quota.ts              kinds, and which limit holds (this file)
 *   read-quotas.ts        what a tree holds and may hold; how much more fits
 *   change-quotas.ts      an administrator of the root sets limits
 *   quota-store.ts        the SQL
 *
 * Triggers count at the end of each transaction and refuse it there (migration 0072, decision 0048): no operation that makes
 * something has to ask, and none can forget to. Only one that would make several asks before how many fit.
 */
import type { OrganizationId } from '../../base/ids.ts';

/** What is counted; `mails`: those that administrators cause, in a day (UTC). */
export const QUOTA_KINDS = ['organizations', 'users', 'applications', 'resources', 'mails'] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];

/** The limits of trees for which none was set, as the database has them (`gatehouse_quota_default`). */
export const QUOTA_DEFAULTS = {
  /** The whole installation. */
  root: { organizations: 20_000, users: 2_000_000, applications: 5000, resources: 2000, mails: 50_000 },
  /** A customer of the root, with all it manages. */
  managed: { organizations: 1000, users: 100_000, applications: 500, resources: 200, mails: 5000 },
} as const satisfies Record<string, Record<QuotaKind, number>>;

/** What one organization's tree holds of a kind. */
export interface TreeUsage {
  kind: QuotaKind;
  organizationId: OrganizationId;
  path: string;
  name: string;
  /** 1 for the root. */
  depth: number;
  used: number;
  /** Its own limit, set or by default; null where only those above it hold. */
  most: number | null;
  /** What an administrator of the root set. */
  chosen: number | null;
}

/** What an organization's tree holds of a kind, and the limit that holds for it. */
export interface Quota {
  kind: QuotaKind;
  used: number;
  most: number;
  /** What was set for this organization; null where a default or a limit above holds. */
  chosen: number | null;
  /** The limit is of an organization above, whose whole tree shares it. */
  shared: boolean;
}

/**
 * The limits that hold for one organization, one of each kind.
 * @param rows of one organization and all above it
 */
export function quotasOf(organizationId: OrganizationId, rows: readonly TreeUsage[]): Quota[] {
  return QUOTA_KINDS.map((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind).toSorted((one, other) => other.depth - one.depth);
    const own = ofKind.find((row) => row.organizationId === organizationId);
    const holds = ofKind.find((row): row is TreeUsage & { most: number } => row.most !== null);
    if (own === undefined || holds === undefined) throw new Error('the root has a limit of every kind');
    return { kind, used: own.used, most: holds.most, chosen: own.chosen, shared: holds !== own };
  });
}

/** The tree that has the least room for more of a kind, and how much; of several with as little the lowest. */
export function tightest(
  kind: QuotaKind,
  rows: readonly TreeUsage[],
): { tree: TreeUsage & { most: number }; left: number } {
  const [first, ...others] = rows
    .filter((row): row is TreeUsage & { most: number } => row.kind === kind && row.most !== null)
    .toSorted((one, other) => other.depth - one.depth)
    .map((tree) => ({ tree, left: Math.max(0, tree.most - tree.used) }));
  if (first === undefined) throw new Error('the root has a limit of every kind');
  return others.reduce((least, one) => (one.left < least.left ? one : least), first);
}
