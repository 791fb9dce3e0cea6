import { MailRefused } from './mailer.ts';
import type { Mailer } from './mailer.ts';
import { OUTBOX_CHANNEL, claimDueMail, markRefused, markSent } from './outbox-store.ts';
import type { OutboxMail } from './outbox-store.ts';
import { bodyPlace } from './post-mail.ts';
import { DAY, HOUR, MINUTE, after } from '../base/clock.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import type { MailId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';

/** Waits after the first, second, … attempt; the last one repeats. */
const BACK_OFF: readonly Seconds[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];
const GIVE_UP_AFTER: Seconds = DAY;
/** A sender that died keeps its mail so long; longer than any attempt may last. */
const LEASE: Seconds = 5 * MINUTE;

export interface SendDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  mailer: Mailer;
  log: Log;
}

/** Sends every mail that is due, one after the other, and says how many left. Several processes may do so at once. */
export async function sendDueMail(deps: SendDeps, stopped: () => boolean = () => false): Promise<number> {
  let sent = 0;
  while (!stopped()) {
    const now = deps.clock.now();
    const mail = await claimDueMail(deps.db, now, after(now, LEASE));
    if (mail === undefined) return sent;
    if (await attempt(deps, mail)) sent += 1;
  }
  return sent;
}

async function attempt(deps: SendDeps, mail: OutboxMail): Promise<boolean> {
  try {
    const opened = deps.secrets.open(mail.sealedMessage, bodyPlace(mail.id, mail.organizationId));
    const body = JSON.parse(opened) as { subject: string; text: string; html: string };
    await deps.mailer.send({ id: mail.id, to: mail.recipient, ...body });
  } catch (error) {
    const now = deps.clock.now();
    const permanent = error instanceof MailRefused && error.permanent;
    const retryAt = permanent ? null : nextAttempt(mail, now);
    const message = error instanceof MailRefused ? error.message : 'the mail could not be prepared';
    await markRefused(deps.db, mail.id, { error: message, retryAt, now });
    deps.log.warn({ mail: mail.id, attempts: mail.attempts, err: message, retryAt }, 'a mail was not taken');
    return false;
  }
  await remember(deps, mail.id);
  return true;
}

/** The server took it, so it must not be sent again, even if the database fails right now. */
async function remember(deps: SendDeps, id: MailId): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await markSent(deps.db, id, deps.clock.now());
      return;
    } catch (error) {
      if (tries === 5) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, tries * 500);
      });
    }
  }
}

/** When to try again, null when 24 hours are over; the last attempt is made as they end. */
function nextAttempt(mail: OutboxMail, now: Date): Date | null {
  const wait = BACK_OFF[Math.min(mail.attempts, BACK_OFF.length) - 1] ?? MINUTE;
  const end = after(mail.createdAt, GIVE_UP_AFTER);
  if (now >= end) return null;
  const next = after(now, wait);
  return next < end ? next : end;
}

/**
 * Sends due mail whenever some was written (`listen`, as the open database offers) and every `everySeconds`. Disposing
 * waits for the attempt that is under way.
 */
export function startMailTicker(
  deps: SendDeps & { listen?: (channel: string, heard: () => void) => Promise<() => Promise<void>> },
  everySeconds: Seconds = 15,
): AsyncDisposable {
  let stopped = false;
  let running: Promise<void> | undefined;
  let again = false;

  const tick = (): void => {
    if (stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    running = sendDueMail(deps, () => stopped)
      .then(() => {})
      .catch((error: unknown) => deps.log.error({ err: error }, 'mails could not be sent'))
      .finally(() => {
        running = undefined;
        if (again) {
          again = false;
          tick();
        }
      });
  };
  const timer = setInterval(tick, everySeconds * 1000);
  timer.unref();
  const listening = deps
    .listen?.(OUTBOX_CHANNEL, tick)
    .then((stop) => {
      tick(); // what was written before anybody listened
      return stop;
    })
    .catch((error: unknown) => {
      deps.log.warn({ err: error }, 'mails leave at the next tick only');
    });
  tick();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearInterval(timer);
      const stopListening = await listening;
      await stopListening?.();
      await running;
    },
  };
}
