import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { mailAdministratorsAbove } from '../mail-administrators.ts';

/** About one organization once in a day: whoever tries next would say the same. */
const ONCE: RecipientLimit = { name: 'users-full', overall: 1, bySender: 1 };

/**
 * Tells the administrators of an organization and of the one above that a first login made no user, since a tree it is in holds
 * as many as it may. Part of the transaction that refuses the login.
 */
export async function mailFullTree(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox; texts: Texts; publicUrl: URL },
  organizationId: OrganizationId,
): Promise<void> {
  const organization = await findOrganization(deps, organizationId);
  if (organization === undefined) return;
  if (!(await takeFromRecipientLimit(deps, ONCE, { address: organizationId, sender: null }))) return;
  const t = deps.texts.default;
  const about = { organization: organization.name };
  await mailAdministratorsAbove(deps, organization, {
    ...composeMail(t, {
      subject: t('mail.users-full.subject', about),
      heading: t('mail.users-full.subject', about),
      paragraphs: [t('mail.users-full.lead', about), t('mail.users-full.fix')],
      button: { label: t('mail.users-full.button'), url: consolePage(deps.publicUrl, organizationId, '/settings') },
      notes: [t('mail.users-full.others')],
    }),
    kind: 'users-full',
  });
}
