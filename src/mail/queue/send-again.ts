import { lockMail, unmarkFailed } from './mail-list-store.ts';
import { enqueueMail } from '../post-mail.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { MailId, OrganizationId, UserId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Transaction } from '../../db/database.ts';

/**
 * Puts a failed mail back into the queue, as it was written, to the same address. Its link or code must still be valid.
 * Callers check who may do so.
 * @param to.userId only a mail that is sent to this user; another one is as if it were not there
 * @throws mail.not-found, mail.not-failed, mail.erased
 */
export async function sendMailAgain(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  id: MailId,
  to: { userId?: UserId } = {},
): Promise<{ kind: string; recipient: string; organizationId: OrganizationId | null }> {
  const mail = await lockMail(deps.db, id);
  if (mail === undefined || (to.userId !== undefined && mail.userId !== to.userId))
    throw new AppError('mail.not-found');
  if (mail.failedAt === null) throw new AppError('mail.not-failed');
  if (mail.erased || mail.expiresAt === null || mail.expiresAt <= deps.clock.now()) throw new AppError('mail.erased');
  await unmarkFailed(deps.db, id, deps.clock.now());
  await enqueueMail(deps, mail);
  return { kind: mail.kind, recipient: mail.recipient, organizationId: mail.organizationId };
}
