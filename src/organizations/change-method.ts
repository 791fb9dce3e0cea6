import { selectFollowers, selectOrganizationLocked, updateOrganization } from './organization-store.ts';
import type { Method, Organization } from './organization.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Actor } from '../audit/audit-event.ts';
import { SERVICE } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Database, Inside } from '../db/database.ts';
import type { Caller } from './access.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/**
 * One organization, locked until the transaction ends: what changes its method, or who administers it, begins with it and
 * happens one after the other.
 */
export async function lockOrganization(deps: Inside<Deps>, id: OrganizationId): Promise<Organization | undefined> {
  return selectOrganizationLocked(deps.db, id, 'no key update');
}

/**
 * Sets the method of an organization and remembers the one before. Part of the transaction that changes connections with
 * it; the caller was checked there.
 * @param change.previousMethod what *Switch back* and *Try another way* return to
 * @throws version.conflict
 */
export async function changeMethod(
  deps: Inside<Deps>,
  caller: Caller | null,
  change: {
    organization: Organization;
    method: Method;
    previousMethod: Method | null;
    /** Of the event; null where the caller records another, because method and method before stay. */
    kind: 'organization.method-changed' | 'organization.switched-back' | null;
    version?: number | undefined;
  },
): Promise<Organization> {
  const { organization, method, previousMethod } = change;
  const changed = await updateOrganization(
    deps.db,
    organization.id,
    { method, previousMethod, methodChangedAt: deps.clock.now() },
    change.version,
  );
  if (changed === undefined) throw new AppError('version.conflict');
  if (change.kind === null) return changed;
  const actor: Actor = caller === null ? SERVICE : actorOf(caller);
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: change.kind,
    actor,
    details: { before: organization.method, after: method },
  });
  return changed;
}

/** The organizations that log in as this one does, because they follow it, directly or through another. */
export async function findFollowers(deps: { db: Database }, organization: Organization): Promise<Organization[]> {
  const below = await selectFollowers(deps.db, organization.path);
  const following = new Set<OrganizationId>([organization.id]);
  // From above to below: whoever follows a follower follows too.
  return below
    .toSorted((one, other) => one.depth - other.depth)
    .filter(({ id, managingOrganizationId }) => {
      if (managingOrganizationId === null || !following.has(managingOrganizationId)) return false;
      following.add(id);
      return true;
    });
}
