import { readBounceAddress } from './bounce-address.ts';
import { markBounced, selectReturned } from './bounce-store.ts';
import type { ReturnedMail } from './bounce-store.ts';
import { readReport } from './read-report.ts';
import type { BounceCategory } from './read-report.ts';
import type { Clock } from '../../base/clock.ts';
import type { MailId, OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../../db/database.ts';

export type { ReturnedMail } from './bounce-store.ts';

/** What became of a message that came to a bounce address. */
export type TakenBounce =
  | { noted: true; mail: MailId; category: BounceCategory }
  /** `unknown`: no mail of ours is named by a token of ours. `no-report`: it is, and it tells of no delivery. */
  | { noted: false; why: 'unknown' | 'no-report' | 'known-already' };

/**
 * Takes a message that came back: notes what it says of the mail that it is a report of. Only an address with a token of ours
 * names a mail, so nobody who never got one can report on it. The same report changes nothing a second time.
 * @param input.address whom the mail server delivered it to, where that is told
 */
export async function takeBounce(
  { db, clock, secrets }: { db: Database; clock: Clock; secrets: Pick<SecretBox, 'macs'> },
  input: { message: Uint8Array; address: string | undefined },
): Promise<TakenBounce> {
  const { addressedTo, bounce } = await readReport(input.message);
  const mail = readBounceAddress(secrets, `${input.address ?? ''}\n${addressedTo}`);
  if (mail === undefined) return { noted: false, why: 'unknown' };
  if (bounce === undefined) return { noted: false, why: 'no-report' };
  const noted = await markBounced(db, mail, bounce, clock.now());
  return noted ? { noted, mail, category: bounce.category } : { noted, why: 'known-already' };
}

/** Whether the last mail that an organization sent to an address came back. */
export async function findReturned(
  deps: { db: Database },
  organizationId: OrganizationId,
  recipient: string,
): Promise<ReturnedMail | undefined> {
  return selectReturned(deps.db, organizationId, recipient);
}
