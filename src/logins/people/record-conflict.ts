import { MOST_CONFLICTS } from './conflict.ts';
import { deleteSurplusConflicts, upsertConflict } from './conflict-store.ts';
import type { Clock } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { ConflictId } from '../../base/ids.ts';
import { cutName, readPlainName } from '../../base/plain-name.ts';
import { randomUuid } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { SubjectKey } from '../../connections/bind-identity.ts';
import type { Claims } from '../../connections/claims.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { readEmailAddress } from '../../users/email-address.ts';
import { mailAdministratorsAbove } from '../../users/mail-administrators.ts';
import type { User } from '../../users/user.ts';

/** Mails about one newcomer in a day, for whichever users: so many more about others still arrive. */
const MAILS_ABOUT_ONE: RecipientLimit = { name: 'identity-conflict', overall: 5, bySender: 5 };

/**
 * Stores who came for a user that is tied to somebody else, in the transaction that refuses the login. Administrators of the
 * organization and of the one that manages it are mailed the first time; the same subject again is the same conflict.
 */
export async function recordConflict(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox; texts: Texts; publicUrl: URL },
  refused: { user: User; key: SubjectKey; claims: Claims; reference: string },
): Promise<void> {
  const { user, key, claims, reference } = refused;
  const now = deps.clock.now();
  // What breaks our rules for names and addresses (control or bidi characters, a web address) is shown to nobody.
  const stated = claims.name === null ? null : readPlainName(cutName(claims.name));
  const name = typeof stated === 'object' ? (stated?.name ?? null) : null;
  const addresses = [claims.displayAddress ?? '', ...claims.claimedAddresses].flatMap(
    (one) => readEmailAddress(one) ?? [],
  );
  // Of several the user's own: it is what the two are taken for one person by.
  const address = (addresses.find((one) => one.key === user.emailKey) ?? addresses[0])?.email ?? null;
  const id = randomUuid() as ConflictId;
  const isNew = await upsertConflict(deps.db, {
    ...key,
    id,
    userId: user.id,
    name,
    address,
    reference,
    firstSeenAt: now,
    lastSeenAt: now,
  });
  if (!isNew) return;
  const owner = { organizationId: user.organizationId, userId: user.id };
  if ((await deleteSurplusConflicts(deps.db, owner, MOST_CONFLICTS)).includes(id)) return;
  const { connectionId, issuer, directoryId, subject } = key;
  const newcomer = { address: JSON.stringify([connectionId, issuer, directoryId, subject]), sender: null };
  if (!(await takeFromRecipientLimit(deps, MAILS_ABOUT_ONE, newcomer))) return;
  const organization = await findOrganization(deps, user.organizationId);
  if (organization === undefined) return;
  const t = deps.texts.default;
  const page = consolePage(deps.publicUrl, organization.id, `/users/${formatId('usr', user.id)}`);
  await mailAdministratorsAbove(deps, organization, {
    ...composeMail(t, {
      subject: t('mail.identity-conflict.subject', { account: user.email }),
      heading: t('mail.identity-conflict.heading'),
      paragraphs: [
        t('mail.identity-conflict.lead', { account: user.email, came: address ?? name ?? '–' }),
        t('mail.identity-conflict.decide'),
      ],
      button: { label: t('mail.identity-conflict.button'), url: page },
    }),
    kind: 'identity-conflict',
  });
}
