import { tellOfDomainClaim } from './tell-of-domain-claim.ts';
import type { Mail } from './tell-of-domain-claim.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { DOMAIN_CLAIM_END } from '../../domains/wait/domain-claim-notice.ts';
import type { DomainClaimEnd } from '../../domains/wait/domain-claim-notice.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { composeMail } from '../../mail/compose.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganizations } from '../../organizations/find-organization.ts';
import type { Texts } from '../../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/** Tells those to whom a claim was announced how it ended, once. Only whoever manages both is told who claimed it. */
export function domainClaimEndHandler(deps: Deps): JobHandler<DomainClaimEnd> {
  return {
    kind: DOMAIN_CLAIM_END,
    run: async ({ id, organizationId, payload }) => {
      if (organizationId === null) return;
      const { domain, outcome } = payload;
      const found = await findOrganizations(deps, [organizationId, ...payload.concerned]);
      const claimer = found.get(organizationId);
      if (claimer === undefined) return;
      const concerned = payload.concerned.flatMap((of) => {
        const organization = found.get(of);
        return organization === undefined ? [] : [{ organization }];
      });
      const named = compose(deps, payload, claimer.id, claimer.name);
      const mails = {
        elsewhere: async (_db: Database, { organization }: { organization: { id: OrganizationId } }) =>
          compose(deps, payload, organization.id),
        // That its record is gone its own administrators hear with what was found instead.
        claimer: (reader: { id: OrganizationId }) =>
          outcome === 'not-proved' && reader.id === claimer.id ? null : named,
        above: () => named,
      };
      await tellOfDomainClaim(deps, { domain, claimer, concerned }, mails, id);
    },
  };
}

/** @param claimer its name, for those who may know it */
function compose(
  { texts, config }: Pick<Deps, 'texts' | 'config'>,
  { domain, outcome }: DomainClaimEnd,
  page: OrganizationId,
  claimer?: string,
): Mail {
  const t = texts.default;
  const values = { domain, claimer: claimer ?? '' };
  const end = outcome === 'in-effect' ? 'in-effect' : 'over';
  const subject = t(`mail.domain-claim.${end}.${claimer === undefined ? 'subject' : 'subject.named'}`, values);
  const mail = composeMail(t, {
    subject,
    heading: subject,
    paragraphs:
      outcome === 'in-effect'
        ? [t(`mail.domain-claim.in-effect.${claimer === undefined ? 'what' : 'what.named'}`, values)]
        : [t(`mail.domain-claim.over.${outcome}`, values)],
    button: {
      label: t('mail.domain-claim.elsewhere.button'),
      url: consolePage(config.publicUrl, page, '/domains'),
    },
  });
  return { ...mail, kind: `domain-claim-${end}` };
}
