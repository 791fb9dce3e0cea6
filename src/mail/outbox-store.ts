import { sql } from 'kysely';
import type { InvitationId, MailId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';

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
  tx: Transaction,
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
  await tx
    .insertInto('mailOutbox')
    .values({ ...mail, nextAttemptAt: mail.createdAt })
    .execute();
  await sql`select pg_notify(${OUTBOX_CHANNEL}, '')`.execute(tx);
}

/**
 * Takes the mail that is due longest, counts the attempt and puts its next one to `retryAt`, all in one statement: of
 * several senders each takes another mail, and one that dies leaves its mail to the others. Over all organizations.
 */
export async function claimDueMail(db: Database, now: Date, leaseUntil: Date): Promise<OutboxMail | undefined> {
  const row = await db
    .updateTable('mailOutbox')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), nextAttemptAt: leaseUntil }))
    .where(
      'id',
      '=',
      db
        .selectFrom('mailOutbox')
        .select('id')
        .where('nextAttemptAt', '<=', now)
        .where('sealedMessage', 'is not', null)
        .orderBy('nextAttemptAt')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'organizationId', 'recipient', 'sealedMessage', 'attempts', 'createdAt'])
    .executeTakeFirst();
  if (row === undefined || row.sealedMessage === null) return undefined;
  return { ...row, sealedMessage: row.sealedMessage };
}

/** The mail server took it: the body is erased. Bound to the mail's id alone: the sender works over all organizations. */
export async function markSent(db: Database, id: MailId, now: Date): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set({ sentAt: now, sealedMessage: null, nextAttemptAt: null, failedAt: null, lastError: null })
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
    .updateTable('mailOutbox')
    .set({
      lastError: refusal.error,
      nextAttemptAt: refusal.retryAt,
      ...(refusal.retryAt === null ? { failedAt: refusal.now, sealedMessage: null } : {}),
    })
    .where('id', '=', id)
    .where('sentAt', 'is', null)
    .execute();
}

/** Withdraws the unsent mails of an invitation: its link is void. */
export async function withdrawMailOfInvitation(
  db: Database,
  organizationId: OrganizationId,
  invitationId: InvitationId,
): Promise<void> {
  await db
    .updateTable('mailOutbox')
    .set({ nextAttemptAt: null, sealedMessage: null })
    .where('organizationId', '=', organizationId)
    .where('invitationId', '=', invitationId)
    .where('sentAt', 'is', null)
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
    .selectFrom('mailOutbox')
    .select(['invitationId', 'sentAt', 'failedAt', 'nextAttemptAt', 'attempts', 'lastError'])
    .where('organizationId', '=', organizationId)
    .where('invitationId', 'in', invitationIds)
    .orderBy('id')
    .execute();
  const states = new Map<InvitationId, DeliveryState>();
  for (const { invitationId, ...state } of rows) if (invitationId !== null) states.set(invitationId, state);
  return states;
}
