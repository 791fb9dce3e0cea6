import { isSecretInUse, oldSecretUntil } from '../setup-invitation.ts';
import { selectSetupsOfSecret, updateSetup } from '../setup-store.ts';
import { PREVIOUS_SECRET_FOR } from '../../secrets/client-secrets.ts';
import { after } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import type { OrganizationId } from '../../../base/ids.ts';
import type { SecretBox } from '../../../base/secret-box.ts';
import type { Database, Inside } from '../../../db/database.ts';
import { composeMail } from '../../../mail/compose.ts';
import { postMail } from '../../../mail/post-mail.ts';
import { findOrganization } from '../../../organizations/find-organization.ts';
import type { Texts } from '../../../texts/catalog.ts';

/** What telling them needs. */
export interface TellDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
}

/**
 * Tells who handed in a client secret by a setup link that it is in use now, or not any more: by a mail, and where the link
 * leads. Until then they keep the old one at their provider. Part of the transaction that takes another one into use.
 * @param secret by when it was entered, which stays with it from state to state
 */
export async function tellSecretHolders(
  deps: Inside<TellDeps>,
  { organizationId, setAt, inUse }: { organizationId: OrganizationId; setAt: Date; inUse: boolean },
): Promise<void> {
  const organization = await findOrganization(deps, organizationId);
  const now = deps.clock.now();
  for (const invitation of await selectSetupsOfSecret(deps.db, organizationId, setAt)) {
    if (organization === undefined || isSecretInUse(invitation) === inUse) continue;
    const secretInUseAt = inUse ? now : null;
    await updateSetup(deps.db, invitation, { secretInUseAt });
    const t = deps.texts.default;
    const which = inUse ? 'in-use' : 'left';
    const values = { organization: organization.name, until: oldSecretUntil({ secretInUseAt }) ?? '' };
    await postMail(deps, {
      ...composeMail(t, {
        subject: t(`mail.next-secret.${which}.subject`, values),
        heading: t(`mail.next-secret.${which}.subject`, values),
        paragraphs: [t(`mail.next-secret.${which}.what`, values), t(`mail.next-secret.${which}.then`, values)],
        notes: [t('mail.next-secret.why')],
      }),
      kind: 'next-secret',
      recipient: invitation.email,
      organizationId,
      // Of two that wait the newer one alone is sent.
      carries: {
        replaceKey: `next-secret ${invitation.id}`,
        expiresAt: after(now, PREVIOUS_SECRET_FOR),
        urgent: false,
      },
    });
  }
}
