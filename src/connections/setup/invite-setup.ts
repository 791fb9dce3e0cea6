import { SETUP_LIFETIME, auditFacts, setupMailKey, setupPath } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import { countOpenSetups, insertSetup, selectSetup } from './setup-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, SetupInvitationId } from '../../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import { senderOf } from '../../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { lockOrganization } from '../../organizations/change-method.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { parseEmailAddress } from '../../users/email-address.ts';

/** Links of one organization that can be used at the same time. */
const MOST_OPEN = 20;
/** In a day: to one address, over all organizations and from one customer of the root with all it manages; from that one in all. */
const TO_ONE_ADDRESS: RecipientLimit = { name: 'setup-link', overall: 20, bySender: 10, bySenderInAll: 100 };

/** What making a link, and its reminder, need. */
export interface SetupMailDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/**
 * Makes a setup link for one mailbox and mails it. No user is made, and none is looked up.
 * @returns the link too: it is shown this once, and stored as a hash
 * @throws organization.not-found, caller.denied, email.malformed, setup-link.too-many, request.too-many
 */
export async function inviteSetup(
  deps: SetupMailDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; email: string },
): Promise<{ invitation: SetupInvitation; url: string }> {
  return inTransaction(deps, async (deps) => {
    // Locked: of many at once no more than MOST_OPEN are made.
    const found = await lockOrganization(deps, input.organizationId);
    const organization = requireAccess(caller, 'edit-authentication', found);
    const address = parseEmailAddress(input.email);
    const now = deps.clock.now();
    if ((await countOpenSetups(deps.db, organization.id, now)) >= MOST_OPEN) {
      throw new AppError('setup-link.too-many', { values: { most: MOST_OPEN } });
    }
    const recipient = { address: address.key, sender: senderOf(organization.path) };
    if (!(await takeFromRecipientLimit(deps, TO_ONE_ADDRESS, recipient))) {
      throw new AppError('request.too-many', { detail: 'setup links to one address', values: { seconds: DAY } });
    }
    const secret = randomSecret();
    const invitation = {
      id: randomUuid() as SetupInvitationId,
      organizationId: organization.id,
      email: address.email,
      invitedBy: caller.userId,
      invitedByName: caller.name,
      createdAt: now,
      expiresAt: after(now, SETUP_LIFETIME),
    };
    await insertSetup(deps.db, invitation, sha256(secret));
    const url = await mailSetupLink(deps, organization, invitation, { secret, which: 'first' });
    const details = { ...auditFacts(invitation), expiresAt: invitation.expiresAt.toISOString() };
    const event = { organizationId: organization.id, kind: 'setup-link.made', actor: actorOf(caller) } as const;
    await recordEvent(deps, { ...event, details });
    const made = await selectSetup(deps.db, organization.id, invitation.id);
    if (made === undefined) throw new Error('the inserted setup invitation does not exist');
    return { invitation: made, url };
  });
}

/** Posts the mail that carries a link, the first one or the reminder; gives the link. */
export async function mailSetupLink(
  deps: Inside<SetupMailDeps>,
  organization: Organization,
  invitation: Pick<SetupInvitation, 'id' | 'email' | 'invitedByName' | 'expiresAt'>,
  { secret, which }: { secret: string; which: 'first' | 'reminder' },
): Promise<string> {
  const t = deps.texts.default;
  const url = new URL(setupPath(secret), deps.config.publicUrl).href;
  const values = {
    organization: organization.name,
    inviter: invitation.invitedByName,
    date: invitation.expiresAt,
  };
  const mail = composeMail(t, {
    subject: t(`mail.setup-link.${which}.subject`, values),
    heading: t(`mail.setup-link.${which}.subject`, values),
    paragraphs: [t(`mail.setup-link.${which}.lead`, values), t('mail.setup-link.what', values)],
    button: { label: t('mail.setup-link.button'), url },
    notes: [t('mail.setup-link.valid', values), t('mail.setup-link.yours'), t('mail.setup-link.unexpected')],
  });
  await postMail(deps, {
    ...mail,
    byAdministrator: which === 'first',
    kind: which === 'first' ? 'setup-link' : 'setup-link-reminder',
    recipient: invitation.email,
    organizationId: organization.id,
    carries: { replaceKey: setupMailKey(invitation.id), expiresAt: invitation.expiresAt, urgent: false },
  });
  return url;
}
