import type { Connection } from '../connection.ts';
import { describeConnection } from '../connection-settings.ts';
import { isPilot } from '../pilot/pilot.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Transaction } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import type { Caller } from '../../organizations/access.ts';
import { consolePage } from '../../organizations/console-page.ts';
import type { Organization } from '../../organizations/organization.ts';
import { isTextKey } from '../../texts/catalog.ts';
import type { Text, Texts } from '../../texts/catalog.ts';
import { mailAdministratorsAbove } from '../../users/mail-administrators.ts';

/** What the mail needs beside the transaction. */
export interface ChangeMailDeps {
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  connectors: Connectors;
  publicUrl: string;
}

/**
 * Tells the administrators of an organization, and of the one that manages it, that its people log in another way from now
 * on, and by whom it was changed: whoever takes over one administrator's browser shall not do this unseen.
 */
export async function mailChangedMethod(
  deps: ChangeMailDeps & { db: Transaction },
  caller: Caller,
  changed: Organization,
  connection: Connection | null,
): Promise<void> {
  const t = deps.texts.default;
  const about = { organization: changed.name, who: caller.name };
  const host = connection === null ? null : describeConnection(deps, connection).host;
  const mail = {
    ...composeMail(t, {
      subject: t('mail.method-changed.subject', about),
      heading: t('mail.method-changed.subject', about),
      paragraphs: [
        t('mail.method-changed.who', about),
        host === null
          ? t('mail.method-changed.own', { method: methodText(t, changed.method) })
          : t('mail.method-changed.host', { method: methodText(t, changed.method), host }),
        ...pilotText(t, connection),
      ],
      button: { label: t('mail.method-changed.button'), url: consolePage(deps.publicUrl, changed.id) },
      notes: [t('mail.method-changed.unexpected')],
    }),
    kind: 'method-changed' as const,
  };
  await mailAdministratorsAbove(deps, changed, mail);
}

/** Who is meant while it is a pilot. */
function pilotText(t: Text, connection: Connection | null): string[] {
  if (connection === null || !isPilot(connection)) return [];
  const { pilotPercent: percent, pilotUserIds: named } = connection;
  return [
    percent === null
      ? t('mail.method-changed.pilot.named', { count: named?.length ?? 0 })
      : t('mail.method-changed.pilot.percent', { percent }),
  ];
}

function methodText(t: Text, method: Organization['method']): string {
  const key = `mail.method-changed.method.${method}`;
  return isTextKey(key) ? t(key) : method;
}
