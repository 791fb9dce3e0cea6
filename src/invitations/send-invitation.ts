import type { Invitation } from './invitation.ts';
import { INVITATION_LIFETIME, invitationMailKey, invitationPath } from './invitation.ts';
import { countInvitationsSince, insertInvitation, revokeOpenInvitations } from './invitation-store.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import { DAY, HOUR, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { InvitationId, UserId } from '../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction, isUniqueViolation } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import { postMail } from '../mail/post-mail.ts';
import { senderOf } from '../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../mail/recipient-limit.ts';
import type { RecipientLimit } from '../mail/recipient-limit.ts';
import type { Organization } from '../organizations/organization.ts';
import { findMethodInForce } from '../organizations/find-organization.ts';
import type { MethodInForce } from '../organizations/find-organization.ts';
import { isTextKey } from '../texts/catalog.ts';
import type { TextKey, Texts } from '../texts/catalog.ts';
import type { User } from '../users/user.ts';

const MOST_TO_ONE_PER_HOUR = 10;
/** To one address, over all organizations and from one customer of the root with all it manages. */
const MOST_TO_ONE_ADDRESS: RecipientLimit = { name: 'invitation', overall: 40, bySender: 20 };

export interface InvitationDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/** Whose invitation, and who invites. */
export interface InvitationToSend {
  organization: Organization;
  user: User;
  invitedBy: UserId | null;
  inviterName: string | null;
}

/**
 * As {@link writeInvitation}, for one person.
 * @throws request.too-many after ten to one user within an hour, or too many to one address within a day
 * @throws version.conflict when somebody invites at the same moment
 */
export async function sendInvitation(deps: InvitationDeps, actor: Actor, input: InvitationToSend): Promise<Invitation> {
  return inTransaction(deps, async (deps) => {
    if (!(await takeFromAddressLimit(deps, input.organization, input.user.emailKey))) {
      throw new AppError('request.too-many', { detail: 'to one address', values: { seconds: DAY } });
    }
    if (await isInvitedTooOften(deps, input.user))
      throw new AppError('request.too-many', { values: { seconds: HOUR } });
    return writeInvitation(deps, actor, input);
  });
}

/** Whether a user got as many invitations within an hour as one may. */
export async function isInvitedTooOften(
  deps: Pick<InvitationDeps, 'db' | 'clock'>,
  user: Pick<User, 'id' | 'organizationId'>,
): Promise<boolean> {
  const since = after(deps.clock.now(), -HOUR);
  return (await countInvitationsSince(deps.db, user.organizationId, since, user.id)) >= MOST_TO_ONE_PER_HOUR;
}

/** Counts an invitation to an address; false when it got too many today: no further one may be written. */
export async function takeFromAddressLimit(
  deps: Inside<InvitationDeps>,
  organization: Organization,
  address: string,
): Promise<boolean> {
  // One stranger is not mailed through many organizations: those below one customer of the root count as one sender.
  return takeFromRecipientLimit(deps, MOST_TO_ONE_ADDRESS, { address, sender: senderOf(organization.path) });
}

/**
 * Writes a fresh invitation of a user and its mail; older ones and their unsent mails are revoked. Callers check access and
 * limits. The link is in the mail alone.
 * @throws version.conflict when somebody invites at the same moment
 */
export async function writeInvitation(
  deps: Inside<InvitationDeps>,
  actor: Actor,
  input: InvitationToSend,
): Promise<Invitation> {
  const now = deps.clock.now();
  const secret = randomSecret();
  const { organization, user } = input;
  const invitation: Invitation = {
    id: randomUuid() as InvitationId,
    organizationId: organization.id,
    userId: user.id,
    invitedBy: input.invitedBy,
    createdAt: now,
    expiresAt: after(now, INVITATION_LIFETIME),
    browserHash: null,
    redeemedAt: null,
    acceptedAt: null,
    revokedAt: null,
  };
  await revokeOpenInvitations(deps.db, organization.id, user.id, now);
  await insertInvitation(deps.db, invitation, sha256(secret)).catch((error: unknown) => {
    // Somebody invited the same user at this moment: at most one invitation is open.
    throw isUniqueViolation(error) ? new AppError('version.conflict', { cause: error }) : error;
  });
  const inForce = await findMethodInForce(deps, organization);
  await postMail(deps, {
    ...composeInvitation(deps, { ...input, secret, method: inForce.method }),
    kind: 'invitation',
    // Whoever asks for a fresh link of their own is no administrator, and must get it.
    byAdministrator: actor.kind !== 'service' && actor.kind !== 'operator',
    recipient: user.email,
    organizationId: organization.id,
    userId: user.id,
    invitationId: invitation.id,
    carries: { replaceKey: invitationMailKey(user.id), expiresAt: invitation.expiresAt, urgent: false },
  });
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'invitation.sent',
    actor,
    userId: user.id,
    details: { email: user.email, expiresAt: invitation.expiresAt.toISOString() },
  });
  return invitation;
}

function composeInvitation(
  { texts, config }: Pick<InvitationDeps, 'texts' | 'config'>,
  about: {
    organization: Organization;
    inviterName: string | null;
    secret: string;
    method: MethodInForce['method'];
  },
) {
  const t = texts.default;
  const organization = about.organization.name;
  const inviter = about.inviterName;
  return composeMail(t, {
    subject: t('mail.invitation.subject'),
    heading: t('mail.invitation.subject'),
    paragraphs: [
      inviter === null
        ? t('mail.invitation.invited', { organization })
        : t('mail.invitation.invited-by', { organization, inviter }),
      t(methodText(about.method), { organization }),
    ],
    button: {
      label: t('mail.invitation.button'),
      url: new URL(invitationPath(about.secret), config.publicUrl).href,
    },
    notes: [t('mail.invitation.valid'), t('mail.invitation.unexpected')],
  });
}

/** How one will log in: a method without a sentence of its own is some account at the organization. */
function methodText(method: MethodInForce['method']): TextKey {
  const key = `mail.invitation.method.${method}`;
  return isTextKey(key) ? key : 'mail.invitation.method.federated';
}
