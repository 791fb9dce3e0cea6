import { sql } from 'kysely';
import type { InvitationId, MailId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** A mail in the outbox, its body sealed. */
export interface OutboxMail {
  id: MailId;
  /** Null where the mail is not sent for an organization. */
  organizationId: OrganizationId | null;
  recipient: string;
  sealedMessage: Buffer;
  /** This attempt included. */
  attempts: number;
  createdAt: Date;
}

/** How a mail fares. */
export interface DeliveryState {
  sentAt: Date | null;
  failedAt: Date | null;
  nextAttemptAt: Date | null;
  attempts: number;
  lastError: string | null;
}

/** The channel on which a waiting ticker hears of new mail, once the transaction that wrote it is through. */
export const OUTBOX_CHANNEL = 'mail_outbox';

/** Writes a mail and wakes the ticker at commit. */
export async function insertMail(
  db: Database,
  mail: {
    id: MailId;
    organizationId: OrganizationId | null;
    userId: UserId | null;
    invitationId: InvitationId | null;
    kind: string;
    recipient: string;
    sealedMessage: Buffer;
    createdAt: Date;
  },
): Promise<void> {
  await db
    .insertInto('mail_outbox')
    .values({
      id: mail.id,
      organization_id: mail.organizationId,
      user_id: mail.userId,
      invitation_id: mail.invitationId,
      kind: mail.kind,
      recipient: mail.recipient,
      sealed_message: mail.sealedMessage,
      next_attempt_at: mail.createdAt,
      created_at: mail.createdAt,
    })
    .execute();
  await sql`select pg_notify(${OUTBOX_CHANNEL}, '')`.execute(db);
}

/**
 * Takes the mail that is due longest, counts the attempt and puts its next one to `retryAt`, all in one statement: of
 * several senders each takes another mail, and one that dies leaves its mail to the others. Over all organizations.
 */
export async function claimDueMail(db: Database, now: Date, leaseUntil: Date): Promise<OutboxMail | undefined> {
  const row = await db
    .updateTable('mail_outbox')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: leaseUntil }))
    .where(
      'id',
      '=',
      db
        .selectFrom('mail_outbox')
        .select('id')
        .where('next_attempt_at', '<=', now)
        .where('sealed_message', 'is not', null)
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'organization_id', 'recipient', 'sealed_message', 'attempts', 'created_at'])
    .executeTakeFirst();
  if (row === undefined || row.sealed_message === null) return undefined;
  return {
    id: row.id,
    organizationId: row.organization_id,
    recipient: row.recipient,
    sealedMessage: row.sealed_message,
    attempts: row.attempts,
    createdAt: row.created_at,
  };
}

/** The mail server took it: the body is erased. Bound to the mail's id alone: the sender works over all organizations. */
export async function markSent(db: Database, id: MailId, now: Date): Promise<void> {
  await db
    .updateTable('mail_outbox')
    .set({ sent_at: now, sealed_message: null, next_attempt_at: null, failed_at: null, last_error: null })
    .where('id', '=', id)
    .execute();
}

/** Not taken: tried again at `retryAt`, or given up (null), and then the body is erased. By the mail's id alone. */
export async function markRefused(
  db: Database,
  id: MailId,
  refusal: { error: string; retryAt: Date | null; now: Date },
): Promise<void> {
  await db
    .updateTable('mail_outbox')
    .set({
      last_error: refusal.error,
      next_attempt_at: refusal.retryAt,
      ...(refusal.retryAt === null ? { failed_at: refusal.now, sealed_message: null } : {}),
    })
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .execute();
}

/** Withdraws the unsent mails of an invitation: its link is void. */
export async function withdrawMailOfInvitation(
  db: Database,
  organizationId: OrganizationId,
  invitationId: InvitationId,
): Promise<void> {
  await db
    .updateTable('mail_outbox')
    .set({ next_attempt_at: null, sealed_message: null })
    .where('organization_id', '=', organizationId)
    .where('invitation_id', '=', invitationId)
    .where('sent_at', 'is', null)
    .execute();
}

/** How the newest mail of each invitation fares. */
export async function selectDeliveries(
  db: Database,
  organizationId: OrganizationId,
  invitationIds: readonly InvitationId[],
): Promise<Map<InvitationId, DeliveryState>> {
  if (invitationIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('mail_outbox')
    .select(['invitation_id', 'sent_at', 'failed_at', 'next_attempt_at', 'attempts', 'last_error'])
    .where('organization_id', '=', organizationId)
    .where('invitation_id', 'in', invitationIds)
    .orderBy('id')
    .execute();
  const states = new Map<InvitationId, DeliveryState>();
  for (const row of rows) {
    if (row.invitation_id === null) continue;
    states.set(row.invitation_id, {
      sentAt: row.sent_at,
      failedAt: row.failed_at,
      nextAttemptAt: row.next_attempt_at,
      attempts: row.attempts,
      lastError: row.last_error,
    });
  }
  return states;
}
