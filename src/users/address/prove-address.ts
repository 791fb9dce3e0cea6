import {
  consumeAddressProof,
  replaceAddressProof,
  selectAddressProof,
  selectAddressProofOfLink,
} from './address-proof-store.ts';
import type { AddressProof } from './address-proof-store.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { randomSecret, sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import { senderOf } from '../../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import type { Caller } from '../../organizations/access.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { findUser, lockUser } from '../find-users.ts';
import { readUserForChange, requireNotAbove } from '../manage-users.ts';
import type { WhichUser } from '../manage-users.ts';
import type { User } from '../user.ts';
import { updateUser } from '../user-store.ts';

export interface AddressDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/** How long a link works. */
const LINK_LIFETIME: Seconds = 2 * DAY;
/** To one address, over all organizations and from one customer of the root with all it manages. */
const MOST_TO_ONE_ADDRESS: RecipientLimit = { name: 'address-proof', overall: 40, bySender: 10 };

/** The replace key of the mail: the newest link alone works. */
export function addressProofMailKey(userId: UserId): string {
  return `address-proof ${userId}`;
}

/**
 * Mails a link to a user's address that proves it, once the user, logged in, opens it. The link before is void.
 * @throws request.too-many after ten to one address within a day
 */
export async function sendAddressProof(
  deps: Inside<AddressDeps>,
  { user, organization }: { user: User; organization: Organization },
): Promise<void> {
  const now = deps.clock.now();
  await countAddressMail(deps, user, organization.path);
  const secret = randomSecret();
  const expiresAt = after(now, LINK_LIFETIME);
  const proof = { userId: user.id, organizationId: user.organizationId, emailKey: user.emailKey };
  await replaceAddressProof(deps.db, { ...proof, createdAt: now, expiresAt }, sha256(secret));
  const t = deps.texts.default;
  await postMail(deps, {
    ...composeMail(t, {
      subject: t('mail.address-proof.subject'),
      heading: t('mail.address-proof.subject'),
      paragraphs: [t('mail.address-proof.lead', { email: user.email, organization: organization.name })],
      button: {
        label: t('mail.address-proof.button'),
        url: new URL(`/login/address/${secret}`, deps.config.publicUrl).href,
      },
      notes: [t('mail.address-proof.valid'), t('mail.address-proof.ignore')],
    }),
    kind: 'address-proof',
    byAdministrator: true,
    recipient: user.email,
    organizationId: organization.id,
    userId: user.id,
    carries: { replaceKey: addressProofMailKey(user.id), expiresAt, urgent: true },
  });
}

/**
 * Counts a mail that proves an address, link or code.
 * @throws request.too-many after ten to one address within a day
 */
export async function countAddressMail(
  deps: Inside<Pick<AddressDeps, 'db' | 'clock' | 'secrets'>>,
  user: Pick<User, 'emailKey'>,
  organizationPath: string,
): Promise<void> {
  const mail = { address: user.emailKey, sender: senderOf(organizationPath) };
  if (await takeFromRecipientLimit(deps, MOST_TO_ONE_ADDRESS, mail)) return;
  throw new AppError('request.too-many', { detail: 'to one address', values: { seconds: DAY } });
}

/** Notes that a user's address is to be proven; a link is mailed when an administrator asks for it. */
export async function oweAddressProof(deps: Inside<Pick<AddressDeps, 'db' | 'clock'>>, user: User): Promise<void> {
  const now = deps.clock.now();
  const proof = { userId: user.id, organizationId: user.organizationId, emailKey: user.emailKey };
  // The secret is known to nobody.
  await replaceAddressProof(deps.db, { ...proof, createdAt: now, expiresAt: now }, sha256(randomSecret()));
}

/**
 * An administrator has the link mailed (again); nothing happens when the address is proven.
 * @throws organization.not-found, caller.denied, user.not-found, user.disabled, request.too-many;
 *   version.conflict for a user who never logged in: the invitation proves the address
 */
export async function resendAddressProof(deps: AddressDeps, caller: Caller, input: WhichUser): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { user, organization } = await readUserForChange(deps, caller, { ...input, permission: 'edit-users' });
    requireNotAbove(caller, user);
    if (user.status === 'disabled') throw new AppError('user.disabled');
    if (user.status === 'pending') throw new AppError('version.conflict', { detail: 'the invitation proves it' });
    if (user.emailProvenAt === null) await sendAddressProof(deps, { user, organization });
  });
}

/** What is still to be proven of a user's address; undefined when nothing was mailed, or it was proven otherwise. */
export async function findAddressProof(
  deps: { db: Database },
  user: Pick<User, 'id' | 'organizationId' | 'emailKey' | 'emailProvenAt'>,
): Promise<AddressProof | undefined> {
  if (user.emailProvenAt !== null) return undefined;
  const proof = await selectAddressProof(deps.db, user.organizationId, user.id);
  return proof?.emailKey === user.emailKey ? proof : undefined;
}

/** The user whose address a link proves; undefined when the link is unknown, used, replaced or too old. */
export async function findUserOfAddressLink(
  deps: { db: Database; clock: Clock },
  token: string,
): Promise<User | undefined> {
  const proof = await selectAddressProofOfLink(deps.db, sha256(token), deps.clock.now());
  const user = proof === undefined ? undefined : await findUser(deps, proof.userId);
  return user?.emailKey === proof?.emailKey ? user : undefined;
}

/**
 * Proves the address of the user who is logged in, by the link mailed there: whoever has only one of the two proves
 * nothing. Works once.
 * @throws login.expired when the link is not (any more) one of this user and address
 */
export async function proveAddress(
  deps: { db: Database; clock: Clock },
  input: { token: string; userId: UserId; organizationId: OrganizationId },
): Promise<void> {
  const now = deps.clock.now();
  await inTransaction(deps, async (deps) => {
    const user = await lockUser(deps, input.organizationId, input.userId);
    const proof = await consumeAddressProof(deps.db, input.userId, sha256(input.token), now);
    if (user === undefined || proof?.emailKey !== user.emailKey) throw new AppError('login.expired');
    await updateUser(deps.db, user.organizationId, user.id, { emailProvenAt: now });
    await recordEvent(deps, {
      organizationId: user.organizationId,
      kind: 'user.address-proven',
      actor: { kind: 'user', id: user.id, name: user.email },
      userId: user.id,
      details: { email: user.email },
    });
  });
}
