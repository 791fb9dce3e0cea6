import { requireAccess, requireFreshFactor } from './access.ts';
import type { Caller } from './access.ts';
import {
  countContents,
  deleteOrganization,
  insertOrganization,
  selectOrganizationLocked,
  updateOrganization,
} from './organization-store.ts';
import { MAX_DEPTH, pathBelow } from './organization.ts';
import type { AuditNetwork, Organization } from './organization.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import { formatId } from '../base/ids.ts';
import { parsePlainName } from '../base/plain-name.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { endSessionsOfOrganization } from '../sessions/end-sessions.ts';
import { asService, inTransaction, isUniqueViolation } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/**
 * Creates an organization below one the caller reaches. It begins with its own built-in method, which requires MFA.
 * @throws organization.not-found, caller.denied, organization.too-deep, organization.name-taken, input.malformed
 */
export async function createOrganization(
  deps: Deps,
  caller: Caller,
  input: { managingOrganizationId?: OrganizationId | undefined; name: string; supportContact?: string | null },
): Promise<Organization> {
  const supportContact = readSupportContact(input.supportContact ?? null);
  return keepNames(async () =>
    inTransaction(deps, async (deps) => {
      // Locked, so that it is not removed while one is created below it.
      const aboveId = input.managingOrganizationId ?? caller.organizationId;
      const above = await selectOrganizationLocked(deps.db, aboveId, 'no key update');
      const managing = requireAccess(caller, 'edit-organizations', above);
      if (managing.depth >= MAX_DEPTH) throw new AppError('organization.too-deep');
      const id = randomUuid() as OrganizationId;
      const organization: Organization = {
        id,
        managingOrganizationId: managing.id,
        path: pathBelow(managing.path, id),
        depth: managing.depth + 1,
        name: parsePlainName('name', input.name),
        method: 'built-in',
        previousMethod: null,
        methodChangedAt: null,
        supportContact,
        suspendedAt: null,
        suspended: managing.suspended,
        auditNetwork: 'full',
        justInTime: false,
        unregisteredApplications: false,
        version: 1,
        createdAt: deps.clock.now(),
      };
      await insertOrganization(deps.db, organization);
      const created = {
        kind: 'organization.created',
        actor: actorOf(caller),
        details: { name: organization.name },
      } as const;
      await recordEvent(deps, { ...created, organizationId: id });
      await recordEvent(deps, {
        ...created,
        organizationId: managing.id,
        details: { name: organization.name, managed: formatId('org', id) },
      });
      return organization;
    }),
  );
}

/**
 * Changes name, support contact and, by an administrator, how audit events keep network addresses and, with a fresh factor,
 * whether users are made at their first login and whether its people may log in to applications that nobody registered. A
 * new name is also an event of the managing organization: its people read that name.
 * @throws organization.not-found, caller.denied, caller.stale-factor, organization.name-taken, version.conflict,
 *   input.malformed
 */
export async function changeOrganization(
  deps: Deps,
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    name?: string;
    supportContact?: string | null;
    auditNetwork?: AuditNetwork;
    justInTime?: boolean;
    unregisteredApplications?: boolean;
    version: number;
  },
): Promise<Organization> {
  return keepNames(async () =>
    inTransaction(deps, async (deps) => {
      const found = await selectOrganizationLocked(deps.db, input.organizationId, 'no key update');
      const before = requireAccess(caller, 'edit-organizations', found);
      const change = {
        ...(input.name === undefined ? {} : { name: parsePlainName('name', input.name) }),
        ...(input.supportContact === undefined ? {} : { supportContact: readSupportContact(input.supportContact) }),
        ...(input.auditNetwork === undefined ? {} : { auditNetwork: input.auditNetwork }),
        ...(input.justInTime === undefined ? {} : { justInTime: input.justInTime }),
        ...(input.unregisteredApplications === undefined
          ? {}
          : { unregisteredApplications: input.unregisteredApplications }),
      };
      if (input.auditNetwork !== undefined) requireAccess(caller, 'read-audit', before);
      const widens = [
        [input.justInTime, before.justInTime],
        [input.unregisteredApplications, before.unregisteredApplications],
      ].some(([after, now]) => after !== undefined && after !== now);
      if (widens) {
        requireAccess(caller, 'edit-authentication', before);
        requireFreshFactor(caller, deps.clock.now());
      }
      const organization = await updateOrganization(deps.db, before.id, change, input.version);
      if (organization === undefined) throw new AppError('version.conflict');
      await recordChange(deps, caller, before, organization);
      return organization;
    }),
  );
}

/**
 * Removes an organization that manages none, with its users, connections and applications, and ends their sessions. Unless it is empty its name has
 * to be given. The root and the caller's own cannot be removed. The event stands in the managing organization's log, too.
 * @throws organization.not-found, caller.denied, caller.stale-factor, organization.not-empty, confirmation.wrong
 */
export async function removeOrganization(
  deps: Deps & { secrets: SecretBox },
  caller: Caller,
  input: { organizationId: OrganizationId; confirm?: string | undefined },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    // The strongest lock first: who writes into it has finished then, and who comes later finds it gone.
    const found = await selectOrganizationLocked(deps.db, input.organizationId, 'update');
    const organization = requireAccess(caller, 'edit-organizations', found);
    requireAccess(caller, 'edit-authentication', organization);
    requireFreshFactor(caller, deps.clock.now());
    const managingId = organization.managingOrganizationId;
    if (managingId === null || organization.id === caller.organizationId) {
      throw new AppError('caller.denied', { detail: 'the own organization' });
    }
    const contents = await countContents(deps.db, organization.id);
    if (contents.managed > 0) throw new AppError('organization.not-empty');
    const empty = contents.users === 0 && contents.applications === 0;
    if (!empty && input.confirm?.trim() !== organization.name) throw new AppError('confirmation.wrong');
    const details = { name: organization.name, users: contents.users, applications: contents.applications };
    const removed = { kind: 'organization.removed', actor: actorOf(caller), details } as const;
    await recordEvent(deps, { ...removed, organizationId: organization.id });
    await recordEvent(deps, {
      ...removed,
      organizationId: managingId,
      details: { ...details, managed: formatId('org', organization.id) },
    });
    const about = { organizationId: organization.id, reason: 'organization removed' };
    await endSessionsOfOrganization(deps, actorOf(caller), about);
    await deleteOrganization(deps.db, organization.id);
  });
}

async function recordChange(
  deps: Inside<Deps>,
  caller: Caller,
  before: Organization,
  after: Organization,
): Promise<void> {
  const factsOf = (organization: Organization) => {
    const { name, supportContact, auditNetwork, justInTime, unregisteredApplications } = organization;
    return { name, supportContact, auditNetwork, justInTime, unregisteredApplications };
  };
  const changed = { kind: 'organization.changed', actor: actorOf(caller) } as const;
  const details = { before: factsOf(before), after: factsOf(after) };
  await recordEvent(deps, { ...changed, organizationId: before.id, details });
  const managing = after.managingOrganizationId;
  if (managing === null || before.name === after.name) return;
  const names = { before: { name: before.name }, after: { name: after.name } };
  // The managing organization may lie above what the caller reaches.
  await asService(deps.db, async (db) =>
    recordEvent(
      { ...deps, db },
      { ...changed, organizationId: managing, details: { ...names, managed: formatId('org', after.id) } },
    ),
  );
}

async function keepNames<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('organization.name-taken', { cause: error });
    throw error;
  }
}

/** A support contact becomes a link on pages for strangers: only a mail address, https or tel. */
function readSupportContact(typed: string | null): string | null {
  const contact = typed?.trim() ?? '';
  if (contact === '') return null;
  const fits =
    /^[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"']+$/.test(contact) ||
    /^tel:\+?[0-9 ().-]{3,30}$/.test(contact) ||
    (URL.canParse(contact) && new URL(contact).protocol === 'https:' && new URL(contact).username === '');
  if (fits && contact.length <= 200 && !/[\p{Cc}\p{Cf}]/u.test(contact)) return contact;
  throw new AppError('input.malformed', {
    fields: [fieldError('supportContact', 'support-contact')],
  });
}
