import { sql } from 'kysely';
import type { BounceCategory } from './bounces/read-report.ts';
import type { MailFailureCode } from './mailer.ts';
import type { InvitationId, MailId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** A mail in the outbox. */
export interface OutboxMail {
  id: MailId;
  /** Null where the mail is not sent for an organization. */
  organizationId: OrganizationId | null;
  recipient: string;
  /** Null once sent, revoked or expired. */
  sealedMessage: Buffer | null;
  /** When it was given up; its body is kept while its link is valid. */
  failedAt: Date | null;
  /** Earlier attempts. */
  attempts: number;
  expiresAt: Date;
}

/** The state of a mail. */
export interface DeliveryState {
  sentAt: Date | null;
  failedAt: Date | null;
  /** Null when it is not tried any more. */
  nextAttemptAt: Date | null;
  attempts: number;
  errorCode: MailFailureCode | null;
  /** What the mail server said last. */
  lastError: string | null;
  /** Why it came back after it was sent, or did not arrive yet. */
  bounce: { at: Date | null; category: BounceCategory; said: string | null } | null;
}

/** A mail as it is inserted. */
export interface NewMail {
  id: MailId;
  organizationId: OrganizationId | null;
  userId: UserId | null;
  invitationId: InvitationId | null;
  kind: string;
  byAdministrator: boolean;
  recipient: string;
  urgent: boolean;
  replaceKey: string | null;
  sealedMessage: Buffer;
  createdAt: Date;
  expiresAt: Date;
}

/** Writes a mail; unsent ones with the same replace key are revoked. */
export async function insertMail(db: Database, mail: NewMail): Promise<void> {
  if (mail.replaceKey !== null) await revokeUnsent(db, mail.replaceKey);
  await db
    .insertInto('mailOutbox')
    .values({ ...mail })
    .execute();
}

/** A mail by its id; the sender works over all organizations. */
export async function selectMail(db: Database, id: MailId): Promise<OutboxMail | undefined> {
  const row = await db
    .selectFrom('mailOutbox')
    .select(['id', 'organizationId', 'recipient', 'sealedMessage', 'failedAt', 'attempts', 'createdAt', 'expiresAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    organizationId: row.organizationId,
    recipient: row.recipient,
    sealedMessage: row.sealedMessage,
    failedAt: row.failedAt,
    attempts: row.attempts,
    expiresAt: row.expiresAt ?? row.createdAt,
  };
}

/** The mail server took it: the body is erased. By the mail's id alone. */
export async function markSent(db: Database, id: MailId, now: Date): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set((eb) => ({
      sentAt: now,
      sealedMessage: null,
      failedAt: null,
      errorCode: null,
      lastError: null,
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** Not taken; with `failedAt` it is given up, its body kept for sending it again; of an expired one it is erased. By the mail's id alone. */
export async function markRefused(
  db: Database,
  id: MailId,
  refusal: { errorCode: MailFailureCode; lastError: string | null; failedAt: Date | null },
): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set((eb) => ({
      errorCode: refusal.errorCode,
      lastError: refusal.lastError,
      attempts: eb('attempts', '+', refusal.errorCode === 'expired' ? 0 : 1),
      ...(refusal.failedAt === null ? {} : { failedAt: refusal.failedAt }),
      ...(refusal.errorCode === 'expired' ? { sealedMessage: null } : {}),
    }))
    .where('id', '=', id)
    .where('sentAt', 'is', null)
    .execute();
}

/** Erases the unsent mails with a replace key: their link or code is revoked. */
export async function revokeUnsent(db: Database, replaceKey: string): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set({ sealedMessage: null })
    .where('replaceKey', '=', replaceKey)
    .where('sealedMessage', 'is not', null)
    .execute();
}

/** As {@link revokeUnsent}, all of one kind that were sent for an organization. */
export async function revokeUnsentOfKind(db: Database, organizationId: OrganizationId, kind: string): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set({ sealedMessage: null })
    .where('organizationId', '=', organizationId)
    .where('kind', '=', kind)
    .where('replaceKey', 'is not', null)
    .where('sealedMessage', 'is not', null)
    .execute();
}

/** The state of the newest mail of each invitation. While the mail server takes no mail, that is the reason of all. */
export async function selectDeliveries(
  db: Database,
  organizationId: OrganizationId,
  invitationIds: readonly InvitationId[],
): Promise<Map<InvitationId, DeliveryState>> {
  if (invitationIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('mailOutbox')
    .leftJoin('job', (join) =>
      join.on('job.uniqueKey', '=', sql`mail_outbox.id::text`).on('job.kind', 'in', ['mail', 'mail.urgent']),
    )
    .leftJoin('mailPause', (join) =>
      join.on('mailOutbox.sealedMessage', 'is not', null).on('mailOutbox.failedAt', 'is', null),
    )
    .select([
      'invitationId',
      'sentAt',
      'mailOutbox.failedAt',
      'mailOutbox.attempts',
      sql<Date | null>`case when sealed_message is not null and mail_outbox.failed_at is null then greatest(due_at, mail_pause.until) end`.as(
        'next',
      ),
      sql<MailFailureCode | null>`coalesce(mail_pause.error_code, mail_outbox.error_code)`.as('code'),
      sql<string | null>`coalesce(mail_pause.last_error, mail_outbox.last_error)`.as('said'),
      'bouncedAt',
      'bounceCategory',
      'bounceSaid',
    ])
    .where('mailOutbox.organizationId', '=', organizationId)
    .where('invitationId', 'in', invitationIds)
    .orderBy('mailOutbox.id')
    .execute();
  const states = new Map<InvitationId, DeliveryState>();
  for (const row of rows) {
    if (row.invitationId === null) continue;
    states.set(row.invitationId, {
      sentAt: row.sentAt,
      failedAt: row.failedAt,
      nextAttemptAt: row.next,
      attempts: row.attempts,
      errorCode: row.code,
      lastError: row.said,
      bounce:
        row.bounceCategory === null
          ? null
          : { at: row.bouncedAt, category: row.bounceCategory as BounceCategory, said: row.bounceSaid },
    });
  }
  return states;
}

/** Waiting mails that a version before the job table wrote: returns them, their attempt left to a job from now on. */
export async function takeMailsWithoutJob(
  db: Database,
  due: Date,
): Promise<{ id: MailId; organizationId: OrganizationId | null; recipient: string }[]> {
  const rows = await db
    .updateTable('mailOutbox')
    .set((eb) => ({
      nextAttemptAt: null,
      expiresAt: eb.fn.coalesce('expiresAt', sql<Date>`created_at + interval '1 day'`),
    }))
    .where('nextAttemptAt', '<=', due)
    .returning(['id', 'organizationId', 'recipient'])
    .execute();
  return rows.map((row) => ({ id: row.id, organizationId: row.organizationId, recipient: row.recipient }));
}

/** Deletes at most so many mails that were written before an instant and wait no more; returns how many. */
export async function deleteMailsBefore(db: Database, before: Date, most: number): Promise<number> {
  const old = db
    .selectFrom('mailOutbox')
    .select('id')
    .where('createdAt', '<', before)
    .where('sealedMessage', 'is', null)
    .limit(most);
  const { numDeletedRows } = await db.deleteFrom('mailOutbox').where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Erases the bodies of failed mails whose link or code has expired: they are not sent again. */
export async function eraseExpired(db: Database, now: Date): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set({ sealedMessage: null })
    .where('failedAt', 'is not', null)
    .where('sealedMessage', 'is not', null)
    .where((eb) => eb.or([eb('expiresAt', '<=', now), eb('expiresAt', 'is', null)]))
    .execute();
}
