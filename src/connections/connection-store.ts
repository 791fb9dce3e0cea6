import { sql } from 'kysely';
import type { Connection, ConnectionState } from './connection.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';
import { toStorableJson } from '../base/outside-text.ts';
import type { Database, Transaction } from '../db/database.ts';
import { deleteWhere } from '../db/retention.ts';

const COLUMNS = [
  'connection.id',
  'connection.organizationId',
  'connection.method',
  'connection.state',
  'connection.version',
  'connection.issuer',
  'connection.credential',
  'connection.clientKeySetId',
  'connection.clientSecretSetAt',
  'connection.templateId',
  'connection.credentialExpiresAt',
  'connection.redirectUri',
  'connection.settings',
  'connection.configuredBy',
  'connection.configuredAt',
  'connection.confirmedAt',
  'connection.unconfirmedUntil',
  'connection.previousUntil',
  'connection.endsSessionsAt',
  'connection.lastSuccessAt',
  'connection.failingSince',
  'connection.lastFailure',
  'connection.lastFailureValues',
  'connection.lastFailureAt',
  'connection.revertedAt',
  'connection.unreturned',
  'connection.unreturnedSince',
  'connection.authTime',
  'connection.roleRules',
  'connection.providerLogout',
  'connection.pilotPercent',
  'connection.pilotUserIds',
  'connection.heldSince',
  'connection.hold',
] as const;

function selectConnections(db: Database) {
  return db.selectFrom('connection').select(COLUMNS);
}

/** The connection in force of an organization: unconfirmed or active, at most one. `lock` holds it for the transaction. */
export async function selectConnectionInForce(
  db: Database,
  organizationId: OrganizationId,
  options: { lock?: boolean } = {},
): Promise<Connection | undefined> {
  const query = selectConnections(db)
    .where('organizationId', '=', organizationId)
    .where('state', 'in', ['unconfirmed', 'active']);
  return (options.lock === true ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** The connection an organization may return to: the latest archived one that is not too old. */
export async function selectPreviousConnection(
  db: Database,
  organizationId: OrganizationId,
  now: Date,
): Promise<Connection | undefined> {
  return selectConnections(db)
    .where('organizationId', '=', organizationId)
    .where('state', '=', 'previous')
    .where('previousUntil', '>', now)
    .orderBy('previousUntil', 'desc')
    .orderBy('configuredAt', 'desc')
    .executeTakeFirst();
}

/** An organization's connections whose sessions may live: the one in force first, then the latest ones before it. */
export async function selectRecentConnections(db: Database, organizationId: OrganizationId): Promise<Connection[]> {
  return selectConnections(db)
    .where('organizationId', '=', organizationId)
    .where('state', '!=', 'draft')
    .orderBy(sql`state = 'previous'`)
    .orderBy('configuredAt', 'desc')
    .limit(3)
    .execute();
}

/** A connection by its id alone: a session names it. */
export async function selectConnectionOfSession(db: Database, id: ConnectionId): Promise<Connection | undefined> {
  return selectConnections(db).where('id', '=', id).executeTakeFirst();
}

/** A connection in whichever state; `lock` holds it for the transaction. */
export async function selectConnection(
  db: Database,
  organizationId: OrganizationId,
  id: ConnectionId,
  options: { lock?: boolean } = {},
): Promise<Connection | undefined> {
  const query = selectConnections(db).where('organizationId', '=', organizationId).where('id', '=', id);
  return (options.lock === true ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** A draft of an organization; not in force. */
export async function selectDraft(
  db: Database,
  organizationId: OrganizationId,
  id: ConnectionId,
): Promise<Connection | undefined> {
  return selectConnections(db)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .executeTakeFirst();
}

/** Deletes a draft with its secret. */
export async function deleteDraft(db: Database, organizationId: OrganizationId, id: ConnectionId): Promise<void> {
  await db
    .deleteFrom('connection')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .execute();
}

/** The sealed client secret; only for re-sealing it and for requests to the provider. */
export async function selectSealedSecret(
  db: Database,
  organizationId: OrganizationId,
  id: ConnectionId,
): Promise<Buffer | null> {
  const row = await db
    .selectFrom('connection')
    .select('sealedClientSecret')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.sealedClientSecret ?? null;
}

/** Inserts or overwrites a connection. A second one in force is a unique violation. */
export async function putConnection(
  db: Database,
  connection: Connection,
  sealedClientSecret: Buffer | null,
): Promise<void> {
  const { id, organizationId, ...rest } = connection;
  const values = {
    ...rest,
    sealedClientSecret,
    settings: JSON.stringify(rest.settings),
    roleRules: JSON.stringify(rest.roleRules),
    hold: rest.hold === null ? null : JSON.stringify(rest.hold),
    lastFailureValues: toColumn(rest.lastFailureValues),
  };
  await db
    .insertInto('connection')
    .values({ id, organizationId, ...values })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(values).where('connection.organizationId', '=', organizationId),
    )
    .execute();
}

function toColumn(values: unknown): string | null {
  return values === null ? null : toStorableJson(values);
}

/** What a login, or a job, may change in a connection. */
export interface ConnectionChange {
  state?: ConnectionState;
  confirmedAt?: Date;
  unconfirmedUntil?: Date | null;
  previousUntil?: Date | null;
  endsSessionsAt?: Date | null;
  lastSuccessAt?: Date;
  failingSince?: Date | null;
  lastFailure?: string | null;
  lastFailureValues?: unknown;
  lastFailureAt?: Date | null;
  revertedAt?: Date;
  unreturned?: number;
  unreturnedSince?: Date | null;
  authTime?: Connection['authTime'];
  providerLogout?: boolean;
  pilotPercent?: number | null;
  pilotUserIds?: UserId[] | null;
}

/** Changes a connection that still has this version and state; returns whether it had. Its version stays. */
export async function updateConnection(
  db: Database,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version' | 'state'>,
  change: ConnectionChange,
): Promise<boolean> {
  const { lastFailureValues: values, ...rest } = change;
  const result = await db
    .updateTable('connection')
    .set({ ...rest, ...(values === undefined ? {} : { lastFailureValues: toColumn(values) }) })
    .where('organizationId', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .where('version', '=', connection.version)
    .where('state', '=', connection.state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Puts new values in the place of some members of the settings; the others stay as they are stored, whatever was read before.
 * Its version stays.
 */
export async function updateSettings(
  db: Database,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version'>,
  part: Record<string, unknown>,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ settings: merged(part) })
    .where('organizationId', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .where('version', '=', connection.version)
    .execute();
}

/** Stores what a login found out, unless another login did meanwhile: the next one finds out the rest. Its version stays. */
export async function updateLearned(
  db: Database,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version' | 'settings'>,
  learned: unknown,
): Promise<void> {
  const before = Object.entries(connection.settings ?? {}).find(([member]) => member === 'learned')?.[1];
  const known = before === undefined ? null : JSON.stringify(before);
  await db
    .updateTable('connection')
    .set({ settings: merged({ learned }) })
    .where('organizationId', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .where('version', '=', connection.version)
    .where(sql<boolean>`settings -> 'learned' is not distinct from ${known}::jsonb`)
    .execute();
}

function merged(part: Record<string, unknown>) {
  return sql<string>`settings || ${JSON.stringify(part)}::jsonb`;
}

/** Begins, changes or ends the hold of a connection that is locked. Its version stays: what began before does not go on either. */
export async function updateHold(
  db: Transaction,
  connection: Pick<Connection, 'organizationId' | 'id'>,
  { heldSince, hold }: { heldSince: Date | null; hold: object | null },
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ heldSince, hold: hold === null ? null : toStorableJson(hold) })
    .where('organizationId', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .execute();
}

/** Ends the hold of a connection that is locked and puts what was found in force, as a new version. */
export async function confirmHold(
  db: Transaction,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version'>,
  part: Record<string, unknown>,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ settings: merged(part), heldSince: null, hold: null, version: connection.version + 1 })
    .where('organizationId', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .execute();
}

/** Active connections whose sessions from before are due to end. Over all organizations: for the service's own job. */
export async function selectSessionsDue(db: Database, now: Date, limit: number): Promise<Connection[]> {
  return selectConnections(db).where('state', '=', 'active').where('endsSessionsAt', '<=', now).limit(limit).execute();
}

/** Deletes connections to which nobody could switch back since an instant; returns how many. Over all organizations. */
export async function deletePreviousConnections(db: Database, before: Date): Promise<number> {
  return deleteWhere(db, 'connection', sql`state = 'previous' and previous_until < ${before}`);
}
