import { QUOTA_KINDS, quotasOf } from './quota.ts';
import type { Quota, QuotaKind } from './quota.ts';
import { replaceQuota, selectTreeUsage } from './quota-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { utcDay } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { asService, inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { isRootAdministrator, requireAccess, requireFreshFactor } from '../access.ts';
import type { Caller } from '../access.ts';
import { selectOrganizationLocked } from '../organization-store.ts';

/**
 * Sets how much the tree of a managed organization may hold; null takes away what was set, and the default or the limit above
 * holds. A limit below what is there lets nothing be added. Administrators of the root alone, with a fresh factor; the
 * limits of the root itself are rows that the operator writes.
 * @throws organization.not-found, caller.denied, caller.stale-factor
 */
export async function changeQuotas(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: { organizationId: OrganizationId; most: Partial<Record<QuotaKind, number | null | undefined>> },
): Promise<Quota[]> {
  const { organizationId } = input;
  return inTransaction(deps, async (deps) => {
    const found = await selectOrganizationLocked(deps.db, organizationId, 'no key update');
    const organization = requireAccess(caller, 'edit-organizations', found);
    const managingId = organization.managingOrganizationId;
    if (!isRootAdministrator(caller)) throw new AppError('caller.denied', { detail: 'limits are set by the root' });
    if (managingId === null) throw new AppError('caller.denied', { detail: 'the limits of the root' });
    const now = deps.clock.now();
    requireFreshFactor(caller, now);
    const read = async (): Promise<Quota[]> =>
      quotasOf(organizationId, await selectTreeUsage(deps.db, organizationId, utcDay(now)));
    const before = await read();
    const changed = QUOTA_KINDS.filter((kind) => {
      const most = input.most[kind];
      return most !== undefined && most !== before.find((quota) => quota.kind === kind)?.chosen;
    });
    if (changed.length === 0) return before;
    await asService(deps.db, async (db) => {
      for (const kind of changed) await replaceQuota(db, organizationId, kind, input.most[kind] ?? null);
    });
    const after = await read();
    const details = { name: organization.name, before: limitsOf(before, changed), after: limitsOf(after, changed) };
    const event = { kind: 'organization.limits-changed', actor: actorOf(caller) } as const;
    await recordEvent(deps, { ...event, organizationId, details });
    await recordEvent(deps, {
      ...event,
      organizationId: managingId,
      details: { ...details, managed: formatId('org', organizationId) },
    });
    return after;
  });
}

function limitsOf(quotas: readonly Quota[], kinds: readonly QuotaKind[]): Partial<Record<QuotaKind, number>> {
  return Object.fromEntries(quotas.filter(({ kind }) => kinds.includes(kind)).map(({ kind, most }) => [kind, most]));
}
