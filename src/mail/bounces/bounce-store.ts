import { sql } from 'kysely';
import type { Bounce, BounceCategory } from './read-report.ts';
import type { MailId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/**
 * Notes that a sent mail came back, or is delayed, once: what came first stands, but coming back outdoes a delay. Returns
 * whether it was noted. By the mail's id alone, which a token proved.
 */
export async function markBounced(db: Database, id: MailId, { category, said }: Bounce, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mailOutbox')
    .set({ bouncedAt: category === 'delayed' ? null : now, bounceCategory: category, bounceSaid: said })
    .where('id', '=', id)
    .where('sentAt', 'is not', null)
    .where('bouncedAt', 'is', null)
    .$if(category === 'delayed', (query) => query.where('bounceCategory', 'is', null))
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}

/** That mails to an address come back. */
export interface ReturnedMail {
  /** When the last one did. */
  at: Date;
  category: BounceCategory;
  said: string | null;
}

/** Whether the last mail that an organization sent to an address came back. */
export async function selectReturned(
  db: Database,
  organizationId: OrganizationId,
  recipient: string,
): Promise<ReturnedMail | undefined> {
  const row = await db
    .selectFrom('mailOutbox')
    .select(['bouncedAt', 'bounceCategory', 'bounceSaid'])
    .where(sql<boolean>`lower(mail_outbox.recipient) collate "C" = lower(${recipient}) collate "C"`)
    .where('organizationId', '=', organizationId)
    .where('sentAt', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.bouncedAt === null) return undefined;
  return { at: row.bouncedAt, category: row.bounceCategory as BounceCategory, said: row.bounceSaid };
}
