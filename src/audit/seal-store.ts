import { sql } from 'kysely';
import type { Seal, StoredEvent } from './seal.ts';
import type { AuditEventId, OrganizationId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';

/** A row of `audit_key`. */
export interface SealKeyRow {
  id: string;
  publicKey: Buffer;
  sealedPrivateKey: Buffer;
  createdAt: Date;
}

/** A stored seal with its digest and signature. */
export interface StoredSeal extends Seal {
  digest: Buffer;
  keyId: string;
  signature: Buffer;
}

/** Keys, the oldest first. The service's own: no organization's. */
export async function selectSealKeys(db: Database): Promise<SealKeyRow[]> {
  return db.selectFrom('auditKey').selectAll().orderBy('createdAt').orderBy('id').execute();
}

/** Stores a new key. The service's own: no organization's. */
export async function insertSealKey(db: Database, key: SealKeyRow): Promise<void> {
  await db.insertInto('auditKey').values(key).execute();
}

/** Until the transaction ends, nobody else seals: numbers have no gap. False when somebody does. */
export async function lockSealing(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('gatehouse audit seal')) as locked`.execute(tx);
  return rows[0]?.locked === true;
}

/** Organizations with events that wait to be sealed. Over all organizations: for the service's own job. */
export async function selectPendingOrganizations(db: Database, limit: number): Promise<OrganizationId[]> {
  const rows = await db.selectFrom('auditPending').select('organizationId').distinct().limit(limit).execute();
  return rows.map((row) => row.organizationId);
}

const EVENT = sql`e.id, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at,
  e.kind, e.actor_kind, e.actor_id, e.actor_name, e.user_id,
  e.login_id, e.network::text as network, e.browser, e.details`;

/** Takes events of an organization that wait, at most `limit`, in the order of their ids. */
export async function takePendingEvents(
  tx: Transaction,
  organizationId: OrganizationId,
  limit: number,
): Promise<StoredEvent[]> {
  const { rows } = await sql<StoredEvent>`
    with taken as (
      delete from audit_pending where organization_id = ${organizationId} and event_id in (
        select event_id from audit_pending where organization_id = ${organizationId} order by event_id limit ${limit})
      returning event_id)
    select ${EVENT} from audit_event e join taken on taken.event_id = e.id
    where e.organization_id = ${organizationId} order by e.id`.execute(tx);
  return rows;
}

/** Events of an organization by id; those that are gone are left out. */
export async function selectStoredEvents(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly AuditEventId[],
): Promise<Map<AuditEventId, StoredEvent>> {
  const { rows } = await sql<StoredEvent>`select ${EVENT} from audit_event e
    where e.organization_id = ${organizationId} and e.id = any (${[...ids]}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The last seal of an organization and the number of the last one of all. */
export async function selectLastSeal(
  db: Database,
  organizationId: OrganizationId,
): Promise<{ number: number; segment: number; digest: Buffer | null }> {
  const { rows } = await sql<{ number: string; segment: number; digest: Buffer | null }>`
    select coalesce((select max(number) from audit_seal), 0) as number, coalesce(own.segment, 0) as segment, own.digest
    from (select) nothing left join lateral (select segment, digest from audit_seal
      where organization_id = ${organizationId} order by segment desc limit 1) own on true`.execute(db);
  const row = rows[0];
  return { number: Number(row?.number ?? 0), segment: row?.segment ?? 0, digest: row?.digest ?? null };
}

/** Stores a seal. */
export async function insertSeal(tx: Transaction, seal: StoredSeal): Promise<void> {
  await tx.insertInto('auditSeal').values(seal).execute();
}

/** Seals in the order of their numbers, after `number`. Over all organizations: for `audit verify`. */
export async function selectSeals(db: Database, number: number, limit: number): Promise<StoredSeal[]> {
  const rows = await db
    .selectFrom('auditSeal')
    .selectAll()
    .where('number', '>', String(number))
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, number: Number(row.number) }));
}

/** Ids of events in their order, after one and up to another, at most `limit`. Over all organizations: for `audit verify`. */
export async function selectEventIds(
  db: Database,
  range: { after: AuditEventId; to: AuditEventId },
  limit: number,
): Promise<{ id: AuditEventId; organizationId: OrganizationId }[]> {
  return db
    .selectFrom('auditEvent')
    .select(['id', 'organizationId'])
    .where('id', '>', range.after)
    .where('id', '<=', range.to)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The oldest of these events that neither waits for a seal nor is covered by one after number `after`. Over all organizations. */
export async function selectUnsealed(
  db: Database,
  ids: readonly AuditEventId[],
  after: number,
): Promise<{ id: AuditEventId; organizationId: OrganizationId } | undefined> {
  const { rows } = await sql<{ id: AuditEventId; organizationId: OrganizationId }>`
    select e.id, e.organization_id from audit_event e
      left join audit_pending waiting on waiting.event_id = e.id and waiting.organization_id = e.organization_id
      left join (select organization_id, unnest(event_ids) as id from audit_seal where number > ${after}) sealed
        on sealed.id = e.id and sealed.organization_id = e.organization_id
    where e.id = any (${[...ids]}::uuid[]) and waiting.event_id is null and sealed.id is null
    order by e.id limit 1`.execute(db);
  return rows[0];
}

/** How many events wait, and since when the oldest does. Over all organizations. */
export async function selectWaiting(db: Database): Promise<{ count: number; since: Date | null }> {
  const { rows } = await sql<{ count: string; since: Date | null }>`
    select count(*) as count, min(e.occurred_at) as since
    from audit_pending waiting left join audit_event e on e.id = waiting.event_id`.execute(db);
  return { count: Number(rows[0]?.count ?? 0), since: rows[0]?.since ?? null };
}

/** The newest seal of each organization, in the order of their numbers. Over all organizations: for a backup. */
export async function selectNewestSeals(
  db: Database,
): Promise<{ organizationId: OrganizationId; number: number; digest: Buffer }[]> {
  const rows = await db
    .selectFrom('auditSeal')
    .select(['organizationId', 'number', 'digest'])
    .distinctOn('organizationId')
    .orderBy('organizationId')
    .orderBy('segment', 'desc')
    .execute();
  return rows
    .map((row) => ({ ...row, number: Number(row.number) }))
    .toSorted((one, other) => one.number - other.number);
}
