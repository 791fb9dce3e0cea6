import type { Connection } from '../connection.ts';
import { explainFailure } from '../connection-settings.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { ExplanationCode } from '../../connectors/explanation-codes.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import { consolePage } from '../../organizations/console-page.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { mailAdministratorsAnd } from '../../users/mail-administrators.ts';

/**
 * Tells that an unconfirmed connection went back by itself, and why: the organization's administrators, and whoever saved
 * it, who is often an administrator of the managing organization.
 */
export async function mailReverted(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox; texts: Texts; publicUrl: URL },
  organization: Organization,
  { configuredBy, lastFailureValues }: Pick<Connection, 'configuredBy' | 'lastFailureValues'>,
  reason: ExplanationCode,
): Promise<void> {
  const t = deps.texts.default;
  const about = { organization: organization.name };
  const { what, fix, values } = explainFailure(reason, lastFailureValues);
  const mail = {
    ...composeMail(t, {
      subject: t('mail.reverted.subject', about),
      heading: t('mail.reverted.subject', about),
      paragraphs: [
        t('mail.reverted.what', about),
        ...[what, fix].flatMap((one) => (one === null ? [] : [t(one, values)])),
        t('mail.reverted.then'),
      ],
      button: { label: t('mail.reverted.button'), url: consolePage(deps.publicUrl, organization.id) },
    }),
    kind: 'connection-reverted' as const,
  };
  await mailAdministratorsAnd(deps, configuredBy, organization, mail);
}
