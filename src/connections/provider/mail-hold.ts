import { changeText } from './hold.ts';
import type { StoredHold } from './hold.ts';
import type { Connection } from '../connection.ts';
import { describeConnection } from '../connection-settings.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import type { Caller } from '../../organizations/access.ts';
import { consolePage } from '../../organizations/console-page.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { mailAdministratorsAbove } from '../../users/mail-administrators.ts';

export interface HoldMailDeps {
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
  texts: Texts;
  publicUrl: URL;
}

/** Tells the administrators of an organization, and of the one above, that its connection is held, and what to do. */
export async function mailHeld(
  deps: HoldMailDeps & { db: Transaction },
  organization: Organization,
  connection: Connection,
  { changes, part }: StoredHold,
): Promise<void> {
  const t = deps.texts.default;
  const about = { organization: organization.name, host: describeConnection(deps, connection).host };
  const emergency = new URL('/login/emergency', deps.publicUrl).href;
  const mail = composeMail(t, {
    subject: t('mail.held.subject', about),
    heading: t('mail.held.subject', about),
    paragraphs: [
      t('mail.held.what', about),
      ...changes.map((change) => changeText(t, change)),
      t('mail.held.since', about),
      t(part === null ? 'mail.held.then.settings' : 'mail.held.then'),
    ],
    button: { label: t('mail.held.button'), url: consolePage(deps.publicUrl, organization.id) },
    notes: [t('mail.held.emergency', { url: emergency })],
  });
  await mailAdministratorsAbove(deps, organization, { ...mail, kind: 'connection-held' });
}

/** Tells them who confirmed the change. */
export async function mailConfirmed(
  deps: HoldMailDeps & { db: Transaction },
  caller: Caller,
  organization: Organization,
  { changes }: StoredHold,
): Promise<void> {
  const t = deps.texts.default;
  const about = { organization: organization.name, who: caller.name };
  const mail = composeMail(t, {
    subject: t('mail.hold-confirmed.subject', about),
    heading: t('mail.hold-confirmed.subject', about),
    paragraphs: [t('mail.hold-confirmed.who', about), ...changes.map((change) => changeText(t, change))],
    button: { label: t('mail.held.button'), url: consolePage(deps.publicUrl, organization.id) },
    notes: [t('mail.hold-confirmed.unexpected')],
  });
  await mailAdministratorsAbove(deps, organization, { ...mail, kind: 'hold-confirmed' });
}
