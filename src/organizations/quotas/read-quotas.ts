import { quotasOf, tightest } from './quota.ts';
import type { Quota, QuotaKind } from './quota.ts';
import { selectTreeUsage } from './quota-store.ts';
import { utcDay } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { quotaReached } from '../../db/limits/quota-reached.ts';
import { isRootAdministrator, requireAccess } from '../access.ts';
import type { Caller } from '../access.ts';
import { selectOrganization } from '../organization-store.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/**
 * What the tree of an organization holds and may hold, and whether the caller may set that.
 * @throws organization.not-found, caller.denied
 */
export async function readQuotas(
  deps: Deps,
  caller: Caller,
  { organizationId }: { organizationId: OrganizationId },
): Promise<{ quotas: Quota[]; mayChange: boolean }> {
  const organization = requireAccess(caller, 'read', await selectOrganization(deps.db, organizationId));
  const rows = await selectTreeUsage(deps.db, organizationId, utcDay(deps.clock.now()));
  return {
    quotas: quotasOf(organizationId, rows),
    mayChange: organization.managingOrganizationId !== null && isRootAdministrator(caller),
  };
}

/** How much more of some kinds fits into the tree of an organization and those of all above it. */
export interface Room {
  /** Whoever takes of it counts it down. */
  left: Record<QuotaKind, number>;
  /** The refusal of one more of a kind. */
  refusal(kind: QuotaKind): AppError;
}

/**
 * How much more fits at this moment: for what would make several, or has to say before it begins that nothing fits. Nothing is
 * kept for the caller; what others make meanwhile is refused at the commit.
 */
export async function findRoom(deps: Deps, organizationId: OrganizationId): Promise<Room> {
  const rows = await selectTreeUsage(deps.db, organizationId, utcDay(deps.clock.now()));
  const leftOf = (kind: QuotaKind): number => tightest(kind, rows).left;
  const left = {
    organizations: leftOf('organizations'),
    users: leftOf('users'),
    applications: leftOf('applications'),
    resources: leftOf('resources'),
    mails: leftOf('mails'),
  };
  return {
    left,
    refusal: (kind) => {
      const { tree } = tightest(kind, rows);
      // What the caller took of the room is there by then.
      return quotaReached({ ...tree, used: Math.max(tree.used, tree.most - left[kind]) });
    },
  };
}
