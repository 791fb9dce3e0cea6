import { WARNING_DAYS, daysLeft, dueWarning } from './expiry.ts';
import type { Credential } from './expiry.ts';
import { expiresStill, insertWarning, selectExpiring } from './expiry-store.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { composeMail } from '../../mail/compose.ts';
import type { ComposedMail } from '../../mail/compose.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { mailAdministratorsAbove } from '../../users/mail-administrators.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/**
 * Mails the administrators of an organization, and of the one above, before its credential expires: 60, 30, 14, 7 and 1 days
 * before, each once; of several that are due the nearest alone.
 */
export async function warnOfExpiry(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  const [furthest] = WARNING_DAYS.toReversed();
  for (const credential of await selectExpiring(deps.db, now, after(now, (furthest ?? 0) * DAY))) {
    const { expiresAt, organizationId } = credential;
    const days = expiresAt === null ? null : dueWarning(expiresAt, now);
    if (expiresAt === null || days === null) continue;
    await inTransaction(deps, async (deps) => {
      const organization = await keepOrganization(deps, organizationId);
      if (organization === undefined || organization.suspended || !(await expiresStill(deps.db, credential))) return;
      if (!(await insertWarning(deps.db, credential, { expiresAt, days, sentAt: now }))) return;
      const mail = composeWarning(deps, credential, { expiresAt, days: daysLeft(expiresAt, now) });
      await mailAdministratorsAbove(deps, organization, { ...mail, kind: 'credential-expires' });
    });
  }
}

function composeWarning(
  { texts, config }: Pick<Deps, 'texts' | 'config'>,
  { kind, organizationId, organizationName, templateName, nextSetAt, nextTestedAt }: Credential,
  { expiresAt, days }: { expiresAt: Date; days: number },
): ComposedMail {
  const t = texts.default;
  const values = { organization: organizationName, name: templateName ?? '', days, date: expiresAt };
  const waits = nextTestedAt === null ? 'untested' : 'tested';
  const then = nextSetAt === null ? (`mail.expiry.${kind}.then` as const) : (`mail.expiry.next.${waits}` as const);
  const subject = t(`mail.expiry.${kind}.subject`, values);
  return composeMail(t, {
    subject,
    heading: subject,
    paragraphs: [t(`mail.expiry.${kind}.what`, values), t(then, values)],
    button: {
      label: t('mail.expiry.button'),
      url:
        kind === 'template'
          ? new URL('/console/connection-templates', config.publicUrl).href
          : consolePage(config.publicUrl, organizationId),
    },
    notes: [t('mail.expiry.again')],
  });
}
