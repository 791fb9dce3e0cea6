import { sql } from 'kysely';
import type { Trial, TrialRun } from './trial.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { Database } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';

const TRIAL = [
  'trial.id',
  'trial.organizationId',
  'trial.method',
  'trial.issuer',
  'trial.redirectUri',
  'trial.inForce',
  'trial.clientSecretId',
  'trial.begunByKind',
  'trial.begunById',
  'trial.begunByName',
  'trial.returnTo',
  'trial.begunAt',
  'trial.expiresAt',
] as const;
const RUN = [
  'trialRun.id',
  'trialRun.trialId',
  'trialRun.organizationId',
  'trialRun.recipient',
  'trialRun.createdAt',
  'trialRun.expiresAt',
  'trialRun.browserHash',
  'trialRun.sentAt',
  'trialRun.receivedAt',
  'trialRun.result',
  'trialRun.finishedAt',
] as const;

type TrialRow = Omit<Trial, 'begunBy'> & {
  begunByKind: Trial['begunBy']['kind'];
  begunById: string | null;
  begunByName: string | null;
};

function toTrial({ begunByKind, begunById, begunByName, ...row }: TrialRow): Trial {
  return { ...row, begunBy: { kind: begunByKind, id: begunById, name: begunByName } };
}

export async function insertTrial(db: Database, { begunBy, ...trial }: Trial, sealedSettings: Buffer): Promise<void> {
  const by = { begunByKind: begunBy.kind, begunById: begunBy.id, begunByName: begunBy.name };
  await db
    .insertInto('trial')
    .values({ ...trial, ...by, sealedSettings })
    .execute();
}

/** A link that begins a run. */
export async function insertRun(
  db: Database,
  run: Pick<TrialRun, 'id' | 'trialId' | 'organizationId' | 'recipient' | 'createdAt' | 'expiresAt'>,
  linkHash: Buffer,
): Promise<void> {
  await db
    .insertInto('trialRun')
    .values({ ...run, linkHash })
    .execute();
}

/** One trial of an organization. `lock` holds it for the transaction. */
export async function selectTrial(
  db: Database,
  organizationId: OrganizationId,
  id: TrialId,
  options: { lock?: boolean } = {},
): Promise<Trial | undefined> {
  const query = db.selectFrom('trial').select(TRIAL).where('organizationId', '=', organizationId).where('id', '=', id);
  const row = await (options.lock === true ? query.forNoKeyUpdate() : query).executeTakeFirst();
  return row && toTrial(row);
}

/** The trials of an organization that have not ended, the newest first. */
export async function selectTrials(
  db: Database,
  organizationId: OrganizationId,
  page: { now: Date; before: { begunAt: Date; id: TrialId } | undefined; limit: number },
): Promise<Trial[]> {
  const { before } = page;
  let query = db
    .selectFrom('trial')
    .select(TRIAL)
    .where('organizationId', '=', organizationId)
    .where('expiresAt', '>', page.now);
  if (before !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('begunAt', 'id'), '<', tuple(before.begunAt, before.id)),
    );
  }
  const rows = await query.orderBy('begunAt', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
  return rows.map(toTrial);
}

/** The runs of several trials of an organization, the oldest first. */
export async function selectRuns(
  db: Database,
  organizationId: OrganizationId,
  trialIds: readonly TrialId[],
): Promise<TrialRun[]> {
  if (trialIds.length === 0) return [];
  return db
    .selectFrom('trialRun')
    .select(RUN)
    .where('organizationId', '=', organizationId)
    .where('trialId', 'in', trialIds)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

/** The run of a link. Looked up by the hash of the link's secret; the row names the organization. */
export async function selectRunOfLink(db: Database, linkHash: Buffer): Promise<TrialRun | undefined> {
  return db.selectFrom('trialRun').select(RUN).where('linkHash', '=', linkHash).executeTakeFirst();
}

/** The sealed settings of a trial. */
export async function selectSealedSettings(
  db: Database,
  organizationId: OrganizationId,
  id: TrialId,
): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('trial')
    .select('sealedSettings')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.sealedSettings;
}

/** Begins a round trip: an earlier one of the same run, its transaction and its result are gone. */
export async function updateSent(
  db: Database,
  run: Pick<TrialRun, 'id' | 'organizationId'>,
  sent: { stateHash: Buffer; browserHash: Buffer; sealedState: Buffer; sentAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('trialRun')
    .set({ ...sent, receivedAt: null, result: null, finishedAt: null })
    .where('organizationId', '=', run.organizationId)
    .where('id', '=', run.id)
    .where('expiresAt', '>', sent.sentAt)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Which authorization request a callback answers. */
export interface ReceivedRun extends TrialRun {
  sealedState: Buffer | null;
}

/**
 * Consumes the transaction of a run: of concurrent callbacks with one state exactly one gets it. Looked up by the hash of
 * the state, among trials alone; the row names the organization.
 */
export async function takeRunOfState(db: Database, stateHash: Buffer, now: Date): Promise<ReceivedRun | undefined> {
  return db
    .updateTable('trialRun')
    .set({ receivedAt: now })
    .where('stateHash', '=', stateHash)
    .where('receivedAt', 'is', null)
    .returning([...RUN, 'trialRun.sealedState'])
    .executeTakeFirst();
}

/** The run whose callback was received before, by the hash of its state. */
export async function selectRunOfState(db: Database, stateHash: Buffer): Promise<TrialRun | undefined> {
  return db.selectFrom('trialRun').select(RUN).where('stateHash', '=', stateHash).executeTakeFirst();
}

/** Writes the result of the round trip that was sent then; false when another one began meanwhile. */
export async function updateResult(
  db: Database,
  run: Pick<TrialRun, 'id' | 'organizationId' | 'browserHash'>,
  result: unknown,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('trialRun')
    .set({ result: toStorableJson(result), finishedAt: now })
    .where('organizationId', '=', run.organizationId)
    .where('id', '=', run.id)
    .where('browserHash', '=', run.browserHash)
    .where('result', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Keeps a trial until its last mailed link ends. */
export async function updateExpiry(
  db: Database,
  trial: Pick<Trial, 'id' | 'organizationId'>,
  until: Date,
): Promise<void> {
  await db
    .updateTable('trial')
    .set({ expiresAt: until })
    .where('organizationId', '=', trial.organizationId)
    .where('id', '=', trial.id)
    .execute();
}

/** Deletes a trial with its settings, links and results; false when there is none. */
export async function deleteTrial(db: Database, organizationId: OrganizationId, id: TrialId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('trial')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Deletes trials that have ended. Over all organizations: for the service's own job. */
export async function deleteExpiredTrials(db: Database, now: Date): Promise<number> {
  return deleteWhere(db, 'trial', sql<boolean>`expires_at < ${now}`);
}
