import { GRACE_DAYS } from './decide.ts';
import type { DomainNotice } from './decide.ts';
import { sentenceOf } from './diagnose/sentence.ts';
import type { DomainVerification } from './domain.ts';
import { selectAdministratorAddresses } from './verification-store.ts';
import { DAY, after, utcDay } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Transaction } from '../db/database.ts';
import { composeMail } from '../mail/compose.ts';
import { postNotice } from '../mail/post-notice.ts';
import type { Texts } from '../texts/catalog.ts';

/** What a mail about a domain needs. */
export interface TellDeps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
}

/** Writes to the administrators of the organization what happens to its domain, in the transaction of the check. */
export async function tellAdministrators(deps: TellDeps, notice: DomainNotice, row: DomainVerification): Promise<void> {
  const t = deps.texts.default;
  const { domain, organizationId, finding, graceSince } = row;
  const now = deps.clock.now();
  const ends = utcDay(after(graceSince ?? now, GRACE_DAYS * DAY));
  const values = { domain, date: ends };
  const mail = composeMail(t, {
    subject: t(`mail.domain.${notice}.subject`, values),
    heading: t(`mail.domain.${notice}.subject`, values),
    paragraphs: [
      t(`mail.domain.${notice}.what`, values),
      ...(finding === null ? [] : [sentenceOf(t, finding)]),
      t(`mail.domain.${notice}.then`, values),
    ],
    notes: [t('mail.domain.where', values)],
  });
  for (const administrator of await selectAdministratorAddresses(deps.db, organizationId)) {
    await postNotice(deps, administrator, {
      ...mail,
      kind: `domain-${notice}`,
      organizationId,
      userId: administrator.id,
    });
  }
}
