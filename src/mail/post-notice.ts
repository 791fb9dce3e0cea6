import { postMail } from './post-mail.ts';
import type { MailToPost } from './post-mail.ts';
import { takeFromRecipientLimit } from './recipient-limit.ts';
import type { RecipientLimit } from './recipient-limit.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Transaction } from '../db/database.ts';

/** Of one kind about one organization: nobody else can use it up. Further ones on a day would say the same. */
const MOST_OF_A_KIND = 50;
/** To an address that was never proved, of all kinds: whoever gave it may be no user at all. */
const UNPROVEN: RecipientLimit = { name: 'notice', overall: 40, bySender: 20 };

/** To whom a notice goes. */
export interface NoticeTo {
  email: string;
  /** When we proved the mailbox for this user; null when we did not. */
  emailProvenAt: Date | null;
  /** Path of the organization it is about: those below one customer of the root count as one sender. */
  organizationPath: string;
}

/**
 * Posts what an administrator's change causes to be said, within a limit for each recipient and day; over it nothing is
 * posted, and the audit log alone tells. Notices about one organization do not count for another's, unless the address
 * is unproven: so a stranger is not flooded, and no notice to a proven user can be held back by others.
 */
export async function postNotice(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  to: NoticeTo,
  mail: Omit<MailToPost, 'recipient' | 'carries'>,
): Promise<void> {
  const address = to.email.trim().toLowerCase();
  const ofAKind = {
    name: `${mail.kind} ${mail.organizationId ?? ''}`,
    overall: MOST_OF_A_KIND,
    bySender: MOST_OF_A_KIND,
  };
  if (!(await takeFromRecipientLimit(deps, ofAKind, { address, sender: null }))) return;
  const sender = senderOf(to.organizationPath);
  if (to.emailProvenAt === null && !(await takeFromRecipientLimit(deps, UNPROVEN, { address, sender }))) return;
  await postMail(deps, { ...mail, recipient: to.email });
}

/** The customer of the root whose tree an organization is in; null for the root itself. */
export function senderOf(organizationPath: string): string | null {
  return organizationPath.split('/')[2] || null;
}
