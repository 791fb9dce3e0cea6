import { preparePassword, removeFactors } from './enroll-authenticator.ts';
import type { Person } from './enroll-authenticator.ts';
import type { PasswordFlaw, PasswordHasher } from './password.ts';
import { selectResetLink, takeResetLink } from './reset-link-store.ts';
import type { ResetLink } from './reset-link-store.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { sha256 } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import { postMail } from '../mail/post-mail.ts';
import { endSessionsOfUser } from '../sessions/end-sessions.ts';
import type { TextKey, Texts } from '../texts/catalog.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import { findUser } from '../users/find-users.ts';
import { mailAdministrators } from '../users/mail-administrators.ts';
import { recoverUser } from '../users/recover-user.ts';
import type { User } from '../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** A valid link and whose it is. */
export interface OpenReset {
  link: ResetLink;
  user: User;
}

/** Looks at a link; spends nothing. */
export async function findReset(deps: Deps, token: string, kind: ResetLink['kind']): Promise<OpenReset | undefined> {
  const link = await selectResetLink(deps.db, sha256(token), deps.clock.now());
  const user = link === undefined ? undefined : await findUser(deps, link.userId);
  if (link === undefined || user === undefined || link.kind !== kind) return undefined;
  // A link of Forgot password opens nothing for a user who may not log in; the operator's brings such a user back.
  if (kind === 'password' && user.status !== 'verified') return undefined;
  return { link, user };
}

/**
 * Sets a new password with a link, once, ends all the user's sessions, and tells its owner. A second factor stays and is asked at the next login; the
 * operator's recovery link removes it.
 * @param words what the person would use first: product, organization
 * @throws login.expired when the link is not valid any more
 */
export async function resetPassword(
  deps: Deps & { secrets: SecretBox; passwords: PasswordHasher; texts: Texts },
  input: { token: string; reset: OpenReset; password: string; words: readonly string[] },
): Promise<{ flaw: PasswordFlaw } | { done: true }> {
  const { user, link } = input.reset;
  const person = { userId: user.id, organizationId: user.organizationId, email: user.email };
  const made = await preparePassword(deps, person, input.password, input.words);
  if ('flaw' in made) return made;
  await inTransaction(deps, async (deps) => {
    // The user before what hangs on it (docs/decisions/0014).
    if (link.kind === 'recovery') await recoverUser(deps, user);
    const taken = await takeResetLink(deps.db, sha256(input.token), deps.clock.now());
    if (!taken) throw new AppError('login.expired', { detail: 'reset link' });
    await made.set(deps.db);
    if (link.kind === 'recovery') await removeFactors(deps, person);
    const about = { userId: user.id, organizationId: user.organizationId, reason: 'password reset' };
    await endSessionsOfUser(deps, { kind: 'user', id: user.id, name: user.email }, about);
    await tellOwner(deps, person, 'mail.password-changed.lead', 'password-changed', {});
  });
  return { done: true };
}

/** Mails a user that an authenticator of theirs was added or removed, or that recovery codes were made. Part of the change. */
export async function tellOfChange(
  deps: Inside<Deps> & { secrets: SecretBox; texts: Texts },
  person: Person,
  change: { kind: 'added' | 'removed'; name: string } | { kind: 'codes' },
): Promise<void> {
  const values = 'name' in change ? { name: change.name } : {};
  await tellOwner(deps, person, `mail.authenticators-changed.${change.kind}`, 'authenticators-changed', values);
}

/**
 * Mails the administrators of a user's organization, and of the one that manages it, that the user enrolled a first factor
 * after a login at a provider: who holds that login and the mailbox could do so, too. Part of the change.
 */
export async function tellAdministratorsOfEnrolment(
  deps: Inside<Deps> & { secrets: SecretBox; texts: Texts },
  person: Person,
  name: string,
): Promise<void> {
  const organization = await findOrganization(deps, person.organizationId);
  if (organization === undefined) return;
  const { managingOrganizationId } = organization;
  const managing = managingOrganizationId === null ? undefined : await findOrganization(deps, managingOrganizationId);
  const t = deps.texts.default;
  const values = { name, email: person.email, organization: organization.name };
  const mail = {
    ...composeMail(t, {
      subject: t('mail.factor-enrolled.subject', values),
      heading: t('mail.factor-enrolled.heading'),
      paragraphs: [t('mail.factor-enrolled.lead', values)],
      notes: [t('mail.factor-enrolled.alarm', values)],
    }),
    kind: 'factor-enrolled' as const,
  };
  for (const told of [organization, managing]) {
    if (told !== undefined) await mailAdministrators(deps, told, mail, { except: person.userId });
  }
}

/** Mails a user that second factors were tried and wrong, time after time: by somebody who knows the password. */
export async function tellOfWrongFactors(
  deps: Inside<Deps> & { secrets: SecretBox; texts: Texts },
  person: Person,
): Promise<void> {
  await tellOwner(deps, person, 'mail.wrong-factors.lead', 'wrong-factors', {});
}

async function tellOwner(
  deps: Inside<Deps> & { secrets: SecretBox; texts: Texts },
  person: Person,
  lead: TextKey,
  kind: 'password-changed' | 'authenticators-changed' | 'wrong-factors',
  values: Record<string, string>,
): Promise<void> {
  const t = deps.texts.default;
  await postMail(deps, {
    ...composeMail(t, {
      subject: t(`mail.${kind}.subject`),
      heading: t(`mail.${kind}.heading`),
      paragraphs: [t(lead, { email: person.email, ...values })],
      notes: [t(`mail.${kind}.alarm`)],
    }),
    kind,
    recipient: person.email,
    organizationId: person.organizationId,
    userId: person.userId,
  });
}
