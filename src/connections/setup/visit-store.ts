import type { OrganizationId, SetupInvitationId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';

/** A browser at a link. */
export interface SetupVisit {
  id: string;
  setupInvitationId: SetupInvitationId;
  organizationId: OrganizationId;
  codeExpiresAt: Date | null;
  provenUntil: Date | null;
}

const COLUMNS = ['id', 'setupInvitationId', 'organizationId', 'codeExpiresAt', 'provenUntil'] as const;

/** The visit of a browser to a link. */
export async function selectVisit(
  db: Database,
  setupInvitationId: SetupInvitationId,
  browserHash: Buffer,
): Promise<SetupVisit | undefined> {
  return db
    .selectFrom('setupVisit')
    .select(COLUMNS)
    .where('setupInvitationId', '=', setupInvitationId)
    .where('browserHash', '=', browserHash)
    .executeTakeFirst();
}

/** Begins a visit, or gives the one there is; the code that waits there is replaced by the one set next. */
export async function putVisit(
  db: Transaction,
  visit: Pick<SetupVisit, 'id' | 'setupInvitationId' | 'organizationId'> & { browserHash: Buffer; createdAt: Date },
): Promise<SetupVisit> {
  return db
    .insertInto('setupVisit')
    .values(visit)
    .onConflict((conflict) => conflict.columns(['setupInvitationId', 'browserHash']).doUpdateSet({ attempts: 0 }))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Sets the code of a visit; the one before is gone. */
export async function updateVisitCode(
  db: Transaction,
  id: string,
  code: { mac: Buffer; expiresAt: Date },
): Promise<void> {
  await db
    .updateTable('setupVisit')
    .set({ codeMac: code.mac, codeExpiresAt: code.expiresAt, attempts: 0 })
    .where('id', '=', id)
    .execute();
}

/**
 * Counts one attempt on a visit's code and gives what it is compared with; undefined when there is none, it has expired, or
 * was tried `most` times. Concurrent calls: each counts.
 */
export async function takeAttempt(db: Database, id: string, now: Date, most: number): Promise<Buffer | undefined> {
  const row = await db
    .updateTable('setupVisit')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('codeMac', 'is not', null)
    .where('codeExpiresAt', '>', now)
    .where('attempts', '<', most)
    .returning('codeMac')
    .executeTakeFirst();
  return row?.codeMac ?? undefined;
}

/** Uses a code up and marks the visit as proven. Concurrent calls: exactly one succeeds. */
export async function proveVisit(db: Transaction, id: string, mac: Buffer, provenUntil: Date): Promise<boolean> {
  const result = await db
    .updateTable('setupVisit')
    .set({ codeMac: null, provenUntil })
    .where('id', '=', id)
    .where('codeMac', '=', mac)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes the visits to links that have ended. Over all organizations: for the service's own job. */
export async function deleteEndedVisits(db: Database, now: Date): Promise<void> {
  const ended = db
    .selectFrom('setupInvitation')
    .select('id')
    .where((eb) => eb.or([eb('expiresAt', '<=', now), eb('revokedAt', 'is not', null)]));
  await db.deleteFrom('setupVisit').where('setupInvitationId', 'in', ended).execute();
}
