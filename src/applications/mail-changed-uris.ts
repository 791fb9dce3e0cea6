import type { Application } from './application.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Transaction } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import type { Caller } from '../organizations/access.ts';
import type { Organization } from '../organizations/organization.ts';
import type { Texts } from '../texts/catalog.ts';
import { mailAdministrators } from '../users/mail-administrators.ts';

/**
 * Tells the owner's administrators to which addresses an application's people are sent from now on: whoever takes over one
 * administrator's browser shall not do this unseen.
 */
export async function mailChangedUris(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox; texts: Texts; config: { publicUrl: URL } },
  caller: Caller,
  about: { owner: Organization; before: Application; after: Application },
): Promise<void> {
  const t = deps.texts.default;
  const { owner, before, after } = about;
  const added = after.redirectUris.filter((uri) => !before.redirectUris.includes(uri));
  const removed = before.redirectUris.filter((uri) => !after.redirectUris.includes(uri));
  const mail = composeMail(t, {
    subject: t('mail.redirect-uris.subject', { application: after.name }),
    heading: t('mail.redirect-uris.subject', { application: after.name }),
    paragraphs: [
      t('mail.redirect-uris.who', { who: caller.name, application: after.name, organization: owner.name }),
      ...(added.length === 0 ? [] : [t('mail.redirect-uris.added', { uris: added.join('  ') })]),
      ...(removed.length === 0 ? [] : [t('mail.redirect-uris.removed', { uris: removed.join('  ') })]),
    ],
    notes: [t('mail.redirect-uris.unexpected')],
  });
  await mailAdministrators(deps, owner, { ...mail, kind: 'redirect-uris-changed' });
}
