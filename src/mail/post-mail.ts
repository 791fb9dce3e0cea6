import type { ComposedMail } from './compose.ts';
import { insertMail, revokeUnsent, revokeUnsentOfKind, selectDeliveries, takeMailsWithoutJob } from './outbox-store.ts';
import type { DeliveryState } from './outbox-store.ts';
import type { MailKind } from './mail-kind.ts';
import { DAY, MINUTE, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { InvitationId, MailId, OrganizationId, UserId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Transaction } from '../db/database.ts';
import { enqueueJob, enqueueJobs } from '../jobs/enqueue-job.ts';
import type { JobToEnqueue } from '../jobs/enqueue-job.ts';
import { defineJob } from '../jobs/job.ts';

export type { DeliveryState } from './outbox-store.ts';

/** Sends one mail of the outbox; the unique key is the mail's id. */
export const MAIL_JOB = defineJob('mail');
/** As {@link MAIL_JOB}, codes and links that somebody waits for: with places of their own. */
export const URGENT_MAIL_JOB = defineJob('mail.urgent');

/** A mail to be sent. */
export interface MailToPost extends ComposedMail {
  kind: MailKind;
  /** The address as typed by its owner. */
  recipient: string;
  organizationId: OrganizationId | null;
  userId?: UserId | null;
  invitationId?: InvitationId | null;
  /** An administrator, or a program of theirs, has it sent: it counts for the quota of the organization's tree. */
  byAdministrator?: boolean;
  /** The link or code it carries: which one, how long it is valid, and whether somebody waits for it. */
  carries?: { replaceKey: string; expiresAt: Date; urgent: boolean };
}

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** Where a body is sealed. */
export function bodyPlace(id: MailId, organizationId: OrganizationId | null): SealedPlace {
  return { table: 'mail_outbox', column: 'sealed_message', row: id, organization: organizationId ?? '' };
}

/**
 * Puts a mail into the outbox, in the transaction of what causes it; it is sent once that is committed. Unsent mails
 * with the same replace key are revoked.
 */
export async function postMail(deps: Deps & { db: Transaction }, mail: MailToPost): Promise<void> {
  const now = deps.clock.now();
  const id = timeOrderedUuid(now) as MailId;
  const body = JSON.stringify({ subject: mail.subject, text: mail.text, html: mail.html });
  const { organizationId, recipient, carries } = mail;
  const urgent = carries?.urgent ?? false;
  await insertMail(deps.db, {
    id,
    organizationId,
    userId: mail.userId ?? null,
    invitationId: mail.invitationId ?? null,
    kind: mail.kind,
    byAdministrator: mail.byAdministrator ?? false,
    recipient,
    urgent,
    replaceKey: carries?.replaceKey ?? null,
    sealedMessage: deps.secrets.seal(body, bodyPlace(id, organizationId)),
    createdAt: now,
    expiresAt: carries?.expiresAt ?? after(now, DAY),
  });
  await enqueueMail(deps, { id, organizationId, recipient, urgent });
}

/** Writes the job that sends a mail of the outbox. */
export async function enqueueMail(
  deps: Deps & { db: Transaction },
  mail: { id: MailId; organizationId: OrganizationId | null; recipient: string; urgent: boolean },
): Promise<void> {
  await enqueueJob(deps, jobOf(mail));
}

/** A recipient's domain is the concurrency key: one slow domain delays only itself. */
function jobOf(mail: {
  id: MailId;
  organizationId: OrganizationId | null;
  recipient: string;
  urgent: boolean;
}): JobToEnqueue<null> {
  return {
    kind: mail.urgent ? URGENT_MAIL_JOB : MAIL_JOB,
    payload: null,
    organizationId: mail.organizationId,
    uniqueKey: mail.id,
    concurrencyKey: domainOf(mail.recipient),
  };
}

/** The domain of an address, lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Revokes the unsent mails that carry a link or code: it is not valid any more. Part of the transaction that revokes it. */
export async function revokeMail(deps: { db: Database }, replaceKey: string): Promise<void> {
  await revokeUnsent(deps.db, replaceKey);
}

/** As {@link revokeMail}, the links of one kind that were sent for an organization. */
export async function revokeMailOfKind(
  deps: { db: Database },
  organizationId: OrganizationId,
  kind: MailKind,
): Promise<void> {
  await revokeUnsentOfKind(deps.db, organizationId, kind);
}

/** The delivery states of invitations' mails. */
export async function findDeliveries(
  deps: { db: Database },
  organizationId: OrganizationId,
  invitationIds: readonly InvitationId[],
): Promise<Map<InvitationId, DeliveryState>> {
  return selectDeliveries(deps.db, organizationId, invitationIds);
}

/**
 * Writes the jobs of waiting mails that a server of a version before the job table left behind: those that are overdue
 * for longer than one of its attempts may last.
 */
export async function enqueueOldMails(deps: Deps): Promise<void> {
  const due = after(deps.clock.now(), -5 * MINUTE);
  await inTransaction(deps, async (deps) => {
    const mails = await takeMailsWithoutJob(deps.db, due);
    const jobs = mails.map((mail) => jobOf({ ...mail, urgent: false }));
    await enqueueJobs(deps, jobs);
  });
}
