import { bounceAddressOf } from './bounces/bounce-address.ts';
import { MailRefused } from './mailer.ts';
import type { Mailer } from './mailer.ts';
import { markRefused, markSent, selectMail } from './outbox-store.ts';
import type { OutboxMail } from './outbox-store.ts';
import { deletePause, endDelay, insertPause, selectPause, takeAttempt } from './pause-store.ts';
import type { MailPause } from './pause-store.ts';
import { MAIL_JOB, URGENT_MAIL_JOB, bodyPlace, domainOf } from './post-mail.ts';
import { HOUR, MINUTE, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { MailId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { MAIL_TRIED } from '../base/signals/signals.ts';
import { inTransaction } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { makeJobsDue } from '../jobs/enqueue-job.ts';
import { JobPostponed } from '../jobs/job.ts';
import type { Job, JobHandler } from '../jobs/job.ts';

/** Waits of one mail after its first, second, … attempt. */
const BACK_OFF: readonly Seconds[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR];
/** How often the result is written until the database takes it. */
const RESULT_TRIES = 5;
/** Waits of all mails while the server takes none. */
const PAUSES: readonly Seconds[] = [30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE];

/** What sending needs. */
export interface SendDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  mailer: Mailer;
  /** Address that mails come back to, each by a token of its own; undefined: to the sender. */
  bounces?: string | undefined;
  log: Log;
}

/** The handlers of both kinds of mail jobs. */
export function mailHandlers(deps: SendDeps): JobHandler[] {
  const run = async (job: Job<unknown>): Promise<void> => sendMail(deps, job.uniqueKey as MailId);
  const both = { run, backOff: BACK_OFF, concurrencyPerKey: 2 };
  return [
    { ...both, kind: URGENT_MAIL_JOB, concurrency: 6 },
    { ...both, kind: MAIL_JOB, concurrency: 4 },
  ];
}

/** At a start the settings may be others: the next mail is tried at once, and its result is for all. */
export async function retryMailNow(deps: Pick<SendDeps, 'db' | 'clock'>): Promise<void> {
  await endDelay(deps.db, deps.clock.now());
  if ((await selectPause(deps.db)) !== undefined) await makeJobsDue(deps, [URGENT_MAIL_JOB, MAIL_JOB]);
}

async function sendMail(deps: SendDeps, id: MailId): Promise<void> {
  const { db, clock } = deps;
  const mail = await selectMail(db, id);
  if (mail === undefined || mail.sealedMessage === null || mail.failedAt !== null) return; // sent or refused before, or revoked
  if (mail.expiresAt <= clock.now()) {
    await markRefused(db, id, { errorCode: 'expired', lastError: null, failedAt: clock.now() });
    MAIL_TRIED.tell('expired');
    return;
  }
  const pause = await selectPause(db);
  if (pause !== undefined) await waitForServer(deps, pause);
  try {
    const body = openBody(deps, mail.sealedMessage, mail);
    const { bounces } = deps;
    const returnTo = bounces === undefined ? {} : { returnTo: bounceAddressOf(deps.secrets, bounces, id) };
    await deps.mailer.send({ id, to: mail.recipient, ...body, ...returnTo });
  } catch (error) {
    const refused = error instanceof MailRefused ? error : notPrepared(error);
    MAIL_TRIED.tell(refused.code);
    await refuse(deps, mail, refused, pause !== undefined);
    return;
  }
  MAIL_TRIED.tell('sent');
  await rememberSent(deps, id);
  await wakeOthers(deps, mail, pause !== undefined);
}

/** The server took it: the mail must not be sent again only because the database is away for a moment. */
async function rememberSent({ db, clock }: SendDeps, id: MailId): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await markSent(db, id, clock.now());
    } catch (error) {
      if (tries === RESULT_TRIES) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, tries * 500);
      });
    }
  }
}

/** The first success after an outage makes the waiting mails due: all, or those to this domain. */
async function wakeOthers(deps: SendDeps, mail: OutboxMail, paused: boolean): Promise<void> {
  try {
    if (paused) await endPause(deps);
    else if (mail.attempts > 0) await makeJobsDue(deps, [URGENT_MAIL_JOB, MAIL_JOB], domainOf(mail.recipient));
  } catch (error) {
    deps.log.warn({ err: error }, 'waiting mails were not woken; each is tried at its own time');
  }
}

async function endPause(deps: SendDeps): Promise<void> {
  await inTransaction(deps, async (deps) => {
    if (!(await deletePause(deps.db))) return;
    await makeJobsDue(deps, [URGENT_MAIL_JOB, MAIL_JOB]);
    deps.log.info({}, 'the mail server takes mails again');
  });
}

function openBody(deps: SendDeps, sealed: Buffer, mail: OutboxMail): { subject: string; text: string; html: string } {
  const opened = deps.secrets.open(sealed, bodyPlace(mail.id, mail.organizationId));
  return JSON.parse(opened) as { subject: string; text: string; html: string };
}

function notPrepared(cause: unknown): MailRefused {
  return new MailRefused('not-prepared', { fault: 'passing', cause });
}

/**
 * While the server takes no mail, one is tried when the pause's time has come; the others wait for its result.
 * @throws JobPostponed
 */
async function waitForServer({ db, clock }: SendDeps, pause: MailPause): Promise<void> {
  const now = clock.now();
  const next = after(now, pauseAfter(pause.attempts + 1));
  if (await takeAttempt(db, now, next)) return;
  const until = (await selectPause(db))?.until ?? now;
  throw new JobPostponed('the mail server takes no mail', until);
}

function pauseAfter(attempts: number): Seconds {
  return PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? MINUTE;
}

/** @throws MailRefused, or JobPostponed for a fault of the server, so that the mail is tried again */
async function refuse(deps: SendDeps, mail: OutboxMail, refused: MailRefused, paused: boolean): Promise<void> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const reason = { errorCode: refused.code, lastError: refused.said };
  const about = { mail: mail.id, code: refused.code, said: refused.said };
  if (refused.fault === 'server') {
    const until = after(now, pauseAfter(1));
    const pause = await insertPause(db, { now, until, ...reason });
    log.error({ ...about, err: refused.cause, until: pause.until }, 'the mail server takes no mail; the outbox waits');
    throw new JobPostponed(refused.code, pause.until);
  }
  const failedAt = refused.fault === 'mail' ? now : null;
  await markRefused(db, mail.id, { ...reason, failedAt });
  log.warn({ ...about, err: refused.cause, final: failedAt !== null }, 'a mail was not taken');
  // What is refused for this mail alone is proof that the server takes others.
  if (paused && refused.code !== 'not-prepared') await endPause(deps);
  if (failedAt !== null) return;
  throw refused;
}
