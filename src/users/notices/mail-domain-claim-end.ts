import { tellOfDomainClaim } from './tell-of-domain-claim.ts';
import type { Mail } from './tell-of-domain-claim.ts';
import type { Clock } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { DOMAIN_CLAIM_END } from '../../domains/wait/domain-claim-notice.ts';
import type { DomainClaimEnd } from '../../domains/wait/domain-claim-notice.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { composeMail } from '../../mail/compose.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganizations } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
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
      const named = compose(deps, payload, claimer, true);
      const mails = {
        elsewhere: async (_db: Database, { organization }: { organization: Organization }) =>
          compose(deps, payload, organization, false),
        // That its record is gone its own administrators hear with what was found instead.
        claimer: (reader: Organization) => (outcome === 'not-proved' && reader.id === claimer.id ? null : named),
        above: () => named,
      };
      await tellOfDomainClaim(deps, { domain, claimer, concerned }, mails, id);
    },
  };
}

/**
 * @param about the organization whose domains it leads to
 * @param named that is the claimer, for those who may know it; else one whose users have addresses at the domain
 */
function compose(
  { texts, config }: Pick<Deps, 'texts' | 'config'>,
  { domain, outcome }: DomainClaimEnd,
  about: Organization,
  named: boolean,
): Mail {
  const t = texts.default;
  const values = { domain, claimer: about.name, organization: about.name };
  const end = outcome === 'in-effect' ? 'in-effect' : 'over';
  const subject = t(`mail.domain-claim.${end}.${named ? 'subject.named' : 'subject'}`, values);
  const mail = composeMail(t, {
    subject,
    heading: subject,
    paragraphs: [
      outcome === 'in-effect'
        ? t(`mail.domain-claim.in-effect.${named ? 'what.named' : 'what'}`, values)
        : t(`mail.domain-claim.over.${outcome}`, values),
      ...(named ? [] : [t('mail.domain-claim.end.about', values)]),
    ],
    button: {
      label: t('mail.domain-claim.elsewhere.button'),
      url: consolePage(config.publicUrl, about.id, '/domains'),
    },
  });
  return { ...mail, kind: `domain-claim-${end}` };
}
