import { mailAdministrators } from '../mail-administrators.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { sentenceOf } from '../../domains/diagnose/sentence.ts';
import { DOMAIN_NOTICE } from '../../domains/domain-notice.ts';
import type { DomainNotice } from '../../domains/domain-notice.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { composeMail } from '../../mail/compose.ts';
import type { ComposedMail } from '../../mail/compose.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Text, Texts } from '../../texts/catalog.ts';

/** Mails the notices of `domains` to the administrators of the organization, who are users: a room above it knows them. */
export function domainNoticeHandler(deps: {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
}): JobHandler<DomainNotice> {
  return {
    kind: DOMAIN_NOTICE,
    run: async ({ organizationId, payload }) => {
      if (organizationId === null) return;
      const mail = { ...composeNotice(deps.texts.default, payload), kind: `domain-${payload.reason}` as const };
      await inTransaction(deps, async (deps) => {
        const organization = await findOrganization(deps, organizationId);
        if (organization !== undefined) await mailAdministrators(deps, organization, mail);
      });
    },
  };
}

function composeNotice(t: Text, { domain, reason, finding, graceEndsOn }: DomainNotice): ComposedMail {
  const values = { domain, date: graceEndsOn };
  return composeMail(t, {
    subject: t(`mail.domain.${reason}.subject`, values),
    heading: t(`mail.domain.${reason}.subject`, values),
    paragraphs: [
      t(`mail.domain.${reason}.what`, values),
      ...(finding === null ? [] : [sentenceOf(t, finding)]),
      t(`mail.domain.${reason}.then`, values),
    ],
    notes: [t('mail.domain.where', values)],
  });
}
