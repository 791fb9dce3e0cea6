import { actorOf, recordEvent } from '../audit/record-event.ts';
import { HOUR } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { formatId } from '../base/ids.ts';
import type { MailId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import { postMail } from '../mail/post-mail.ts';
import { listMails } from '../mail/queue/list-mails.ts';
import type { ListedMail } from '../mail/queue/list-mails.ts';
import { sendMailAgain } from '../mail/queue/send-again.ts';
import type { Caller } from '../organizations/access.ts';
import type { Text } from '../texts/catalog.ts';
import { findUser } from '../users/find-users.ts';
import { requireRunner } from './who-runs-it.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: { consume(limit: { name: string; points: number; seconds: Seconds }, key: string): Promise<void> };
}

/** For each caller. */
const TEST_MAILS = { name: 'test-mail', points: 10, seconds: HOUR };
const SENT_AGAIN = { name: 'mail-sent-again', points: 120, seconds: HOUR };

/**
 * A page of all mails with their delivery states, of all organizations.
 * @throws organization.not-found, caller.denied for all but administrators of the root organization
 */
export async function listAllMails(
  deps: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  input: Parameters<typeof listMails>[1],
): Promise<ListedMail[]> {
  await requireRunner(deps, caller);
  return asService(deps.db, async (db) => listMails({ ...deps, db }, input));
}

/**
 * Sends a failed mail again, as it was written and to whom it was written.
 * @throws organization.not-found, caller.denied, request.too-many, mail.not-found, mail.not-failed, mail.erased
 */
export async function sendAgain(deps: Deps, caller: Caller, id: MailId): Promise<void> {
  await requireRunner(deps, caller);
  await deps.rateLimit.consume(SENT_AGAIN, caller.id ?? caller.name);
  const mail = await asService(deps.db, async (db) => sendMailAgain({ ...deps, db }, id));
  await recordEvent(deps, {
    organizationId: caller.organizationId,
    kind: 'mail.sent-again',
    actor: actorOf(caller),
    details: {
      kind: mail.kind,
      recipient: mail.recipient,
      ...(mail.organizationId === null ? {} : { organization: formatId('org', mail.organizationId) }),
    },
  });
}

/**
 * Posts a mail that says no more than that mails arrive, to the caller's own address: nobody else can be written to this way.
 * Returns where it goes; what becomes of it stands in the list of mails.
 * @throws organization.not-found, caller.denied (also for a program, which has no address), request.too-many
 */
export async function sendTestMail(deps: Deps & { t: Text }, caller: Caller): Promise<string> {
  await requireRunner(deps, caller);
  const user = caller.userId === null ? undefined : await findUser(deps, caller.userId);
  if (user === undefined) throw new AppError('caller.denied', { detail: 'a test mail goes to a person' });
  await deps.rateLimit.consume(TEST_MAILS, user.id);
  const { t } = deps;
  const composed = composeMail(t, {
    subject: t('mail.test.subject'),
    heading: t('mail.test.heading'),
    paragraphs: [t('mail.test.text')],
  });
  const { organizationId } = user;
  const to = { recipient: user.email, organizationId, userId: user.id };
  await asService(deps.db, async (db) =>
    postMail({ ...deps, db }, { ...composed, ...to, kind: 'test', byAdministrator: true }),
  );
  await recordEvent(deps, {
    organizationId: caller.organizationId,
    kind: 'mail.test-sent',
    actor: actorOf(caller),
    userId: user.id,
    details: { email: user.email },
  });
  return user.email;
}
