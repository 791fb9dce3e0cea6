import { selectMails, selectQueue } from './mail-list-store.ts';
import type { ListedMail, MailPlace, MailQueue } from './mail-list-store.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

export type { ListedMail, MailQueue } from './mail-list-store.ts';

/** A page of all mails or of one user's, the newest first; of a search, by address. Callers check who may see them. */
export async function listMails(
  deps: { db: Database; clock: Clock },
  input: {
    /** The beginning of an address. */
    search?: string | undefined;
    state?: 'waiting' | 'sent' | 'failed' | 'bounced' | undefined;
    userId?: UserId | undefined;
    after?: MailPlace | undefined;
    limit: number;
  },
): Promise<ListedMail[]> {
  const { search, state, userId, limit } = input;
  const wanted = search === '' ? undefined : search;
  return selectMails(deps.db, { search: wanted, state, userId, after: input.after, limit, now: deps.clock.now() });
}

/** The outbox in figures, counted to 1,000. */
export async function readQueue({ db, clock }: { db: Database; clock: Clock }): Promise<MailQueue> {
  return selectQueue(db, after(clock.now(), -DAY));
}
