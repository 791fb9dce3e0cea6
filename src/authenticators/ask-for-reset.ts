import {
  deleteResetLinksBefore,
  insertResetLink,
  updateRevokedOfUser,
  updateRevokedOfOrganization,
} from './reset-link-store.ts';
import type { Owner } from './authenticator.ts';
import type { Person } from './enroll-authenticator.ts';
import type { AttemptLimit } from './verify-authenticator.ts';
import type { Actor } from '../audit/audit-event.ts';
import { STRANGER } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import { DAY, HOUR, MINUTE, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import { postMail, revokeMail, revokeMailOfKind } from '../mail/post-mail.ts';
import type { Texts } from '../texts/catalog.ts';

export const RESET_LIFETIME: Seconds = 30 * MINUTE;
export const RECOVERY_LIFETIME: Seconds = HOUR;
/** Mails to one user; counted before they are written. */
const MAILS = { name: 'reset-mail', points: 5, seconds: HOUR };

interface Deps {
  db: Database;
  clock: Clock;
  publicUrl: URL;
}

const RESET_MAIL = 'password-reset';
const resetMailKey = ({ userId }: { userId: string }): string => `${RESET_MAIL} ${userId}`;

/**
 * Mails a user a link to choose a new password; earlier links are revoked. Callers check that a password is a login
 * method of this user.
 * @throws request.too-many after five mails in an hour
 */
export async function askForReset(
  deps: Deps & { secrets: SecretBox; texts: Texts; rateLimit: AttemptLimit },
  person: Person,
): Promise<void> {
  await deps.rateLimit.consume(MAILS, person.userId);
  const { clock } = deps;
  const t = deps.texts.default;
  const now = clock.now();
  await inTransaction(deps, async (deps) => {
    const secret = randomSecret();
    const link = { ...ownerOf(person), kind: 'password' as const, id: randomUuid(), tokenHash: sha256(secret) };
    const expiresAt = after(now, RESET_LIFETIME);
    await insertResetLink(deps.db, { ...link, expiresAt }, now);
    await postMail(
      { db: deps.db, clock, secrets: deps.secrets },
      {
        ...composeMail(t, {
          subject: t('mail.reset.subject'),
          heading: t('mail.reset.heading'),
          paragraphs: [t('mail.reset.lead', { email: person.email })],
          button: { label: t('mail.reset.button'), url: new URL(`/login/reset/${secret}`, deps.publicUrl).href },
          notes: [t('mail.reset.valid'), t('mail.reset.ignore')],
        }),
        kind: RESET_MAIL,
        recipient: person.email,
        ...ownerOf(person),
        carries: { replaceKey: resetMailKey(person), expiresAt, urgent: true },
      },
    );
    await recordEvent(
      { db: deps.db, clock },
      { organizationId: person.organizationId, kind: 'password.reset-asked', actor: STRANGER, userId: person.userId },
    );
  });
}

/**
 * Makes a link for the operator to hand to a user who is locked out: it sets a new password and removes the second
 * factors, so that new ones are enrolled. Valid an hour, once; printed, never stored.
 */
export async function createRecoveryLink(
  deps: Deps,
  person: Person,
  actor: Actor,
): Promise<{ url: string; expiresAt: Date }> {
  const now = deps.clock.now();
  const secret = randomSecret();
  const expiresAt = after(now, RECOVERY_LIFETIME);
  const link = {
    ...ownerOf(person),
    kind: 'recovery' as const,
    id: randomUuid(),
    tokenHash: sha256(secret),
    expiresAt,
  };
  await inTransaction(deps, async (deps) => {
    await insertResetLink(deps.db, link, now);
    await recordEvent(deps, {
      organizationId: person.organizationId,
      kind: 'password.reset-asked',
      actor,
      userId: person.userId,
      details: { recovery: true },
    });
  });
  return { url: new URL(`/login/recover/${secret}`, deps.publicUrl).href, expiresAt };
}

/** Revokes a user's reset and recovery links, and the mail that waits. Runs in the transaction of a finished login. */
export async function revokeResetLinks(deps: { db: Database; clock: Clock }, owner: Owner): Promise<void> {
  await updateRevokedOfUser(deps.db, owner, deps.clock.now(), ['password', 'recovery']);
  await revokeMail(deps, resetMailKey(owner));
}

/** Revokes the password links of all users of an organization. Runs in the transaction that changes its method. */
export async function revokeResetLinksOfOrganization(
  deps: { db: Database; clock: Clock },
  organizationId: OrganizationId,
): Promise<void> {
  await updateRevokedOfOrganization(deps.db, organizationId, deps.clock.now());
  await revokeMailOfKind(deps, organizationId, RESET_MAIL);
}

/** Deletes links that expired a day ago, over all organizations. */
export async function deleteExpiredResetLinks(deps: { db: Database; clock: Clock }): Promise<number> {
  return deleteResetLinksBefore(deps.db, after(deps.clock.now(), -DAY));
}

function ownerOf(person: Person): Owner {
  return { organizationId: person.organizationId, userId: person.userId };
}
