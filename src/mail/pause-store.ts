import type { MailFailureCode } from './mailer.ts';
import type { Database } from '../db/database.ts';

/** Since when the mail server takes no mail, and when it is tried again. */
export interface MailPause {
  since: Date;
  until: Date;
  attempts: number;
  errorCode: MailFailureCode;
  lastError: string | null;
}

const COLUMNS = ['since', 'until', 'attempts', 'errorCode', 'lastError'] as const;

/** The pause, undefined while mails are sent. The mail server is the service's, not an organization's. */
export async function selectPause(db: Database): Promise<MailPause | undefined> {
  const row = await db.selectFrom('mailPause').select(COLUMNS).executeTakeFirst();
  return row && { ...row, errorCode: row.errorCode as MailFailureCode };
}

/** Begins the pause, or notes the reason of one that runs; returns until when it lasts. */
export async function insertPause(
  db: Database,
  pause: { now: Date; until: Date; errorCode: MailFailureCode; lastError: string | null },
): Promise<{ until: Date; attempts: number }> {
  const reason = { errorCode: pause.errorCode, lastError: pause.lastError };
  return db
    .insertInto('mailPause')
    .values({ since: pause.now, until: pause.until, attempts: 1, ...reason })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(reason))
    .returning(['until', 'attempts'])
    .executeTakeFirstOrThrow();
}

/** Claims the one attempt that a pause allows when it is due. Concurrent calls: exactly one succeeds. */
export async function takeAttempt(db: Database, now: Date, until: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mailPause')
    .set((eb) => ({ until, attempts: eb('attempts', '+', 1) }))
    .where('until', '<=', now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Makes the next attempt due now: settings may have changed. */
export async function endDelay(db: Database, now: Date): Promise<void> {
  await db.updateTable('mailPause').set({ until: now, attempts: 0 }).where('until', '>', now).execute();
}

/** Ends the pause; true when there was one. */
export async function deletePause(db: Database): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('mailPause').executeTakeFirst();
  return numDeletedRows > 0n;
}
