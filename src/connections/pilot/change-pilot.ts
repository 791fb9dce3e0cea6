import { isPilot, MOST_NAMED, NO_PILOT, toColumns } from './pilot.ts';
import type { Pilot, PilotColumns } from './pilot.ts';
import { UNCONFIRMED_FOR, OLD_SESSIONS_FOR, PREVIOUS_FOR } from '../connection.ts';
import type { Connection } from '../connection.ts';
import { mailChangedMethod } from '../configure/mail-changed-method.ts';
import type { ChangeMailDeps } from '../configure/mail-changed-method.ts';
import { sharesIdentities } from '../connection-settings.ts';
import { selectConnectionInForce, updateConnection } from '../connection-store.ts';
import { findPreviousMethod } from '../find-login-method.ts';
import { deactivateBehind } from '../sync-authenticators.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { splitAddresses } from '../../invitations/invite-users.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { changeMethod, lockOrganization } from '../../organizations/change-method.ts';
import type { Organization } from '../../organizations/organization.ts';
import { readEmailAddress } from '../../users/email-address.ts';
import { findUserOf } from '../../users/find-users.ts';

/** Who is to be in a pilot, as entered: a share in percent, or the addresses of users. */
export type EnteredPilot = { percent: number } | { addresses: string };

type Deps = ChangeMailDeps & { db: Database };

/**
 * The users of a pilot by their addresses.
 * @param field of the input, for its errors
 * @throws input.malformed naming the first address without a user, or when there are none or too many
 */
export async function readPilot(
  deps: { db: Database },
  organizationId: OrganizationId,
  entered: EnteredPilot | null,
  field: string,
): Promise<Pilot | null> {
  if (entered === null || 'percent' in entered) return entered;
  const typed = [...new Set(splitAddresses(entered.addresses))];
  if (typed.length === 0 || typed.length > MOST_NAMED) {
    throw new AppError('input.malformed', { fields: [fieldError(field, 'between', { least: 1, most: MOST_NAMED })] });
  }
  const userIds = new Set<UserId>();
  for (const address of typed) {
    const key = readEmailAddress(address)?.key;
    const user = key === undefined ? undefined : await findUserOf(deps, organizationId, key);
    if (user === undefined) {
      throw new AppError('input.malformed', { fields: [fieldError(field, 'no-user', { address })] });
    }
    userIds.add(user.id);
  }
  return { userIds: [...userIds] };
}

/**
 * Changes who is in the pilot that is running.
 * @throws organization.not-found, caller.denied, caller.stale-factor, pilot.none, version.conflict, input.malformed
 */
export async function changePilot(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; pilot: EnteredPilot; version: number },
): Promise<Organization> {
  return withPilot(deps, caller, input, async (deps, organization, connection) => {
    const pilot = await readPilot(deps, organization.id, input.pilot, 'pilot.addresses');
    const columns = toColumns(pilot);
    await updateConnection(deps.db, connection, columns);
    const changed = { ...connection, ...columns };
    return { changed, kind: 'connection.pilot-changed' };
  });
}

/**
 * *Everybody*: the connection holds for all users from now on, and what they used before is refused once somebody has logged in through it.
 * One may switch back for 30 days from here.
 * @throws organization.not-found, caller.denied, caller.stale-factor, pilot.none, version.conflict
 */
export async function endPilot(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; endSessions: 'within-12-hours' | 'at-once'; version: number },
): Promise<Organization> {
  return withPilot(deps, caller, input, async (deps, organization, connection) => {
    const now = deps.clock.now();
    const active = connection.state === 'active';
    const before = await findPreviousMethod(deps, organization, connection);
    const samePeople =
      before !== null && before.connection !== null && sharesIdentities(deps, before.connection, connection);
    const atOnce = input.endSessions === 'at-once';
    // `recordSuccess` counts the time from the first login of an unconfirmed one; not later than `configuredAt`: at once.
    const end = active
      ? atOnce
        ? now
        : after(now, OLD_SESSIONS_FOR)
      : atOnce
        ? connection.configuredAt
        : after(now, OLD_SESSIONS_FOR);
    await updateConnection(deps.db, connection, {
      ...NO_PILOT,
      endsSessionsAt: samePeople ? null : end,
      // Sessions from before this moment are those from before it held for their users.
      ...(active ? { confirmedAt: now } : { unconfirmedUntil: after(now, UNCONFIRMED_FOR) }),
    });
    const changed = { ...connection, ...NO_PILOT };
    if (active) await deactivateBehind(deps, changed);
    return { changed, kind: 'connection.pilot-ended' };
  });
}

async function withPilot(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; version: number },
  change: (
    deps: Inside<Deps>,
    organization: Organization,
    connection: Connection,
  ) => Promise<{ changed: Connection; kind: 'connection.pilot-changed' | 'connection.pilot-ended' }>,
): Promise<Organization> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const found = await lockOrganization(deps, input.organizationId);
    const organization = requireAccess(caller, 'edit-authentication', found);
    const connection = await selectConnectionInForce(deps.db, organization.id, { lock: true });
    if (connection === undefined || !isPilot(connection)) throw new AppError('pilot.none');
    const { method, previousMethod } = organization;
    await keepPrevious(deps, organization, connection);
    const { changed, kind } = await change(deps, organization, connection);
    const after = await changeMethod(deps, caller, {
      organization,
      method,
      previousMethod,
      kind: null,
      version: input.version,
    });
    await recordEvent(deps, {
      organizationId: organization.id,
      kind,
      actor: actorOf(caller),
      details: { method: connection.method, issuer: connection.issuer, ...pilotFacts(changed) },
    });
    await mailChangedMethod(deps, caller, after, changed);
    return after;
  });
}

/** While a pilot is changed or saved anew, the connection before it can be returned to for 30 days more. */
export async function keepPrevious(
  deps: Inside<{ db: Database; clock: Clock }>,
  organization: Organization,
  inForce: Connection | undefined,
): Promise<void> {
  if (inForce === undefined || !isPilot(inForce)) return;
  const before = await findPreviousMethod(deps, organization, inForce);
  if (before === null || before.connection?.organizationId !== organization.id) return;
  await updateConnection(deps.db, before.connection, { previousUntil: after(deps.clock.now(), PREVIOUS_FOR) });
}

/** Who is in a pilot, for the audit log; nothing where there is none. */
export function pilotFacts({ pilotPercent, pilotUserIds }: PilotColumns): { percent?: number; named?: number } {
  if (pilotPercent !== null) return { percent: pilotPercent };
  return pilotUserIds === null ? {} : { named: pilotUserIds.length };
}
