import { deleteAddressProof } from './address-proof-store.ts';
import { addressProofMailKey } from './prove-address.ts';
import type { AddressDeps } from './prove-address.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { AppError } from '../../base/errors.ts';
import { isUniqueViolation } from '../../db/database.ts';
import type { Inside } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { revokeMail } from '../../mail/post-mail.ts';
import { postNotice } from '../../mail/post-notice.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { EmailAddress } from '../email-address.ts';
import type { User } from '../user.ts';
import { updateUser } from '../user-store.ts';

/**
 * Gives a user, locked by the caller, another address. It counts at once and is not proven: applications are not told it as
 * verified. The user is told at the address before, unless that is somebody else's now. Sessions go on: an
 * address is no proof of theirs.
 * @throws user.exists when the organization has a user with it
 */
export async function replaceAddress(
  deps: Inside<AddressDeps>,
  actor: Actor,
  input: { user: User; organization: Organization; address: EmailAddress; tellBefore: boolean },
): Promise<User> {
  const { user, organization, address } = input;
  const { email, key: emailKey } = address;
  const same = emailKey === user.emailKey; // spelled otherwise
  const change = { email, emailKey, profileChangedAt: deps.clock.now(), ...(same ? {} : { emailProvenAt: null }) };
  const changed = await updateUser(deps.db, organization.id, user.id, change).catch((error: unknown) => {
    throw isUniqueViolation(error) ? new AppError('user.exists', { cause: error }) : error;
  });
  if (changed === undefined) throw new AppError('user.not-found');
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'user.address-changed',
    actor,
    userId: user.id,
    details: { email, before: user.email, after: email },
  });
  if (same) return changed;
  await deleteAddressProof(deps.db, organization.id, user.id);
  await revokeMail(deps, addressProofMailKey(user.id));
  if (!input.tellBefore) return changed;
  const t = deps.texts.default;
  await postNotice(
    deps,
    { ...user, organizationPath: organization.path },
    {
      ...composeMail(t, {
        subject: t('mail.address-changed.subject'),
        heading: t('mail.address-changed.subject'),
        paragraphs: [t('mail.address-changed.lead', { before: user.email, after: email, who: actor.name ?? '–' })],
        notes: [t('mail.address-changed.alarm')],
      }),
      kind: 'address-changed',
      organizationId: organization.id,
      userId: user.id,
    },
  );
  return changed;
}
