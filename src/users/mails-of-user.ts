import { readUser } from './manage-users.ts';
import type { WhichUser } from './manage-users.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { HOUR } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { MailId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import { listMails } from '../mail/queue/list-mails.ts';
import type { ListedMail } from '../mail/queue/list-mails.ts';
import { sendMailAgain } from '../mail/queue/send-again.ts';
import type { Caller } from '../organizations/access.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: { consume(limit: { name: string; points: number; seconds: Seconds }, key: string): Promise<void> };
}

/** For each user that is written to, whoever presses: a mailbox that refuses is not to be filled up. */
const SENT_AGAIN = { name: 'user-mail-sent-again', points: 10, seconds: HOUR };

/**
 * A page of the mails that were sent to a user, with what became of each, the newest first. Their bodies are not read. A mail
 * may be for another organization than the user's, so they are read by the user alone.
 * @throws organization.not-found, caller.denied, user.not-found
 */
export async function listMailsOfUser(
  deps: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  input: WhichUser & { after: MailId | undefined; limit: number },
): Promise<ListedMail[]> {
  const { user } = await readUser(deps, caller, input);
  const after = input.after === undefined ? undefined : { recipient: null, id: input.after };
  const page = { userId: user.id, after, limit: input.limit };
  return asService(deps.db, async (db) => listMails({ ...deps, db }, page));
}

/**
 * Sends a failed mail to a user again, as it was written and to the address it was written to.
 * @throws organization.not-found, caller.denied, user.not-found, request.too-many, mail.not-found, mail.not-failed, mail.erased
 */
export async function sendMailOfUserAgain(
  deps: Deps,
  caller: Caller,
  input: WhichUser & { mailId: MailId },
): Promise<void> {
  const { user, organization } = await readUser(deps, caller, { ...input, permission: 'edit-users' });
  await deps.rateLimit.consume(SENT_AGAIN, user.id);
  const mail = await asService(deps.db, async (db) =>
    sendMailAgain({ ...deps, db }, input.mailId, { userId: user.id }),
  );
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'mail.sent-again',
    actor: actorOf(caller),
    userId: user.id,
    details: { kind: mail.kind, recipient: mail.recipient },
  });
}
