import type { ComposedMail } from './compose.ts';
import { insertMail, selectDeliveries, withdrawMailOfInvitation } from './outbox-store.ts';
import type { DeliveryState } from './outbox-store.ts';

import type { Clock } from '../base/clock.ts';
import type { InvitationId, MailId, OrganizationId, UserId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type { Database, Transaction } from '../db/database.ts';

export type { DeliveryState } from './outbox-store.ts';

/** A mail to be sent, whoever it is for. */
export interface MailToPost extends ComposedMail {
  /** Which mail, as `invitation`; one word of the code. */
  kind: string;
  /** The address as typed by its owner. */
  recipient: string;
  organizationId: OrganizationId | null;
  userId?: UserId | null;
  invitationId?: InvitationId | null;
}

/** Where a body is sealed. */
export function bodyPlace(id: MailId, organizationId: OrganizationId | null): SealedPlace {
  return { table: 'mail_outbox', column: 'sealed_message', row: id, organization: organizationId ?? '' };
}

/** Puts a mail into the outbox, in the transaction of what causes it; it leaves once that is committed. */
export async function postMail(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  mail: MailToPost,
): Promise<void> {
  const now = deps.clock.now();
  const id = timeOrderedUuid(now) as MailId;
  const body = JSON.stringify({ subject: mail.subject, text: mail.text, html: mail.html });
  await insertMail(deps.db, {
    id,
    organizationId: mail.organizationId,
    userId: mail.userId ?? null,
    invitationId: mail.invitationId ?? null,
    kind: mail.kind,
    recipient: mail.recipient,
    sealedMessage: deps.secrets.seal(body, bodyPlace(id, mail.organizationId)),
    createdAt: now,
  });
}

/** Takes the mail of an invitation back while it has not left. */
export async function withdrawMail(
  deps: { db: Database },
  organizationId: OrganizationId,
  invitationId: InvitationId,
): Promise<void> {
  await withdrawMailOfInvitation(deps.db, organizationId, invitationId);
}

/** How the mails of invitations fare. */
export async function findDeliveries(
  deps: { db: Database },
  organizationId: OrganizationId,
  invitationIds: readonly InvitationId[],
): Promise<Map<InvitationId, DeliveryState>> {
  return selectDeliveries(deps.db, organizationId, invitationIds);
}
