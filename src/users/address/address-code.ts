import { countAttempt, deleteAddressCode, replaceAddressCode, selectAddressCode } from './address-code-store.ts';
import type { AddressCode } from './address-code-store.ts';
import { deleteAddressProof } from './address-proof-store.ts';
import { addressProofMailKey, countAddressMail } from './prove-address.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { MINUTE, after } from '../../base/clock.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import type { OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import { randomDigits } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail, revokeMail } from '../../mail/post-mail.ts';
import type { Text } from '../../texts/catalog.ts';
import { lockUser } from '../find-users.ts';
import type { User } from '../user.ts';
import { updateUser } from '../user-store.ts';

const LIFETIME: Seconds = 10 * MINUTE;
const MOST_TRIES = 5;
/** Of the key that codes are stored under. */
const PURPOSE = 'own address code';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** Who proves an address, in which session. */
export interface Prover {
  userId: UserId;
  organizationId: OrganizationId;
  sessionId: SessionId;
}

/**
 * Mails a code to the address of somebody who is logged in; the code before is void. Nothing happens when the address is
 * proven.
 * @throws request.too-many after so many to one address within a day
 */
export async function mailAddressCode(
  deps: Deps,
  prover: Prover,
  about: { t: Text; organizationPath: string },
): Promise<void> {
  const now = deps.clock.now();
  const { t } = about;
  await inTransaction(deps, async (deps) => {
    const user = await lockUser(deps, prover.organizationId, prover.userId);
    if (user === undefined || user.emailProvenAt !== null) return;
    await countAddressMail(deps, user, about.organizationPath);
    const code = randomDigits(6);
    const expiresAt = after(now, LIFETIME);
    const codeMac = deps.secrets.mac(PURPOSE, provedBy(prover, user, code));
    const { emailKey } = user;
    await replaceAddressCode(deps.db, { ...prover, emailKey, codeMac, attempts: 0, createdAt: now, expiresAt });
    await postMail(deps, {
      ...composeMail(t, {
        subject: t('mail.own-address.subject', { code }),
        heading: t('mail.own-address.heading'),
        paragraphs: [t('mail.own-address.lead', { email: user.email })],
        code,
        notes: [t('mail.address-code.valid'), t('mail.own-address.ignore')],
      }),
      kind: 'address-proof',
      recipient: user.email,
      organizationId: user.organizationId,
      userId: user.id,
      carries: { replaceKey: `own-address ${user.id}`, expiresAt, urgent: true },
    });
  });
}

/** The code that waits to be typed in this session; undefined when there is none. */
export async function findAddressCode(
  deps: { db: Database; clock: Clock },
  user: Pick<User, 'id' | 'emailKey'>,
): Promise<AddressCode | undefined> {
  const code = await selectAddressCode(deps.db, user.id);
  return code?.emailKey === user.emailKey ? code : undefined;
}

/**
 * Proves the address of somebody who is logged in by the code mailed there. It counts in the session that asked for it, for
 * the address it was mailed to, once, and for five attempts. Attempts of one user come one after the other.
 * @returns whether the address is proven
 */
export async function takeAddressCode(deps: Deps, prover: Prover, typed: string): Promise<boolean> {
  const now = deps.clock.now();
  return inTransaction(deps, async (deps) => {
    const user = await lockUser(deps, prover.organizationId, prover.userId);
    const known = await selectAddressCode(deps.db, prover.userId);
    if (user === undefined || known === undefined) return false;
    const counts =
      known.sessionId === prover.sessionId &&
      known.emailKey === user.emailKey &&
      known.expiresAt > now &&
      known.attempts < MOST_TRIES;
    const code = typed.replaceAll(/[\s-]/g, '');
    if (!counts || !deps.secrets.isMac(PURPOSE, provedBy(prover, user, code), known.codeMac)) {
      await countAttempt(deps.db, user.id);
      return false;
    }
    await deleteAddressCode(deps.db, user.id);
    await updateUser(deps.db, user.organizationId, user.id, { emailProvenAt: now });
    // A link that an administrator had mailed has nothing left to prove.
    await deleteAddressProof(deps.db, user.organizationId, user.id);
    await revokeMail(deps, addressProofMailKey(user.id));
    await recordEvent(deps, {
      organizationId: user.organizationId,
      kind: 'user.address-proven',
      actor: { kind: 'user', id: user.id, name: user.email },
      userId: user.id,
      details: { email: user.email },
    });
    return true;
  });
}

/** A code names all it proves: this session, this user and mailbox. */
function provedBy({ sessionId }: Prover, user: User, code: string): string {
  return JSON.stringify([sessionId, user.id, user.emailKey, code]);
}
