import { countMail } from './recipient-limit-store.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';

/** Most mails of a kind in a day: to one address, over all senders and by one of them, and by one sender to anybody. */
export interface RecipientLimit {
  /** Which mails; a word of the code. */
  name: string;
  overall: number;
  bySender: number;
  /** Most mails of the kind by one sender in a day, over all addresses; left out: not counted. */
  bySenderInAll?: number;
}

/**
 * Counts a mail that somebody sends to an address of their choice; false when it would be one too many. Counters are
 * shared by all processes, outlive what caused the mail, and are stored as an HMAC: they hold addresses of strangers.
 * Part of the transaction that posts the mail.
 * @param mail.address the address's key
 * @param mail.sender who is counted as one sender; null counts overall alone
 */
export async function takeFromRecipientLimit(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  limit: RecipientLimit,
  mail: { address: string; sender: string | null },
): Promise<boolean> {
  const keyOf = (parts: string[]): string =>
    `mail:${deps.secrets.mac('recipient limit', JSON.stringify([limit.name, ...parts])).toString('base64url')}`;
  const now = deps.clock.now();
  const take = async (tx: Transaction, parts: string[], most: number): Promise<boolean> =>
    (await countMail(tx, keyOf(parts), now, after(now, DAY))) <= most;
  const { address, sender } = mail;
  return asService(deps.db, async (tx) => {
    // The sender first: what one sender tries in vain must not use up what others may send.
    if (sender !== null && !(await take(tx, [address, sender], limit.bySender))) return false;
    const inAll = limit.bySenderInAll;
    if (sender !== null && inAll !== undefined && !(await take(tx, ['all', sender, ''], inAll))) return false;
    return take(tx, [address], limit.overall);
  });
}
