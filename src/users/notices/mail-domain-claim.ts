import { tellOfDomainClaim } from './tell-of-domain-claim.ts';
import type { Mail, ToldClaim } from './tell-of-domain-claim.ts';
import { utcMinute } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { DOMAIN_CLAIM_NOTICE, noteAnnounced, readAnnouncement } from '../../domains/wait/domain-claim-notice.ts';
import type { DomainClaimNotice } from '../../domains/wait/domain-claim-notice.ts';
import type { DomainClaim } from '../../domains/wait/wait.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { composeMail } from '../../mail/compose.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Text, Texts } from '../../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/** One claim and all whom it concerns. */
interface Announced extends ToldClaim<Concerned> {
  at: string;
  users: number;
}

interface Concerned {
  organization: Organization;
  users: number;
}

/** Announces a claim that waits, once. Only whoever manages both is told both names. */
export function domainClaimNoticeHandler(deps: Deps): JobHandler<DomainClaimNotice> {
  return {
    kind: DOMAIN_CLAIM_NOTICE,
    run: async ({ id, organizationId, payload: { domain } }) => {
      if (organizationId === null) return;
      const claimed = { organizationId, domain };
      const announced = await inTransaction(deps, async (deps) => {
        const { organizations, claims } = await readAnnouncement(deps, claimed);
        return gather(organizations, organizationId, claims);
      });
      if (announced === undefined) return;
      const t = deps.texts.default;
      const mails = {
        elsewhere: async (db: Database, each: Concerned, reader: Organization) =>
          toElsewhere({ ...deps, db }, t, announced, each, reader),
        claimer: () => toClaimer(deps, t, announced),
        above: (concerned: readonly Concerned[]) => toAbove(deps, t, announced, concerned),
        take: async (db: Transaction, { organization }: Concerned) =>
          noteAnnounced({ ...deps, db }, claimed, organization.id),
      };
      await tellOfDomainClaim(deps, announced, mails, id);
    },
  };
}

function gather(
  found: ReadonlyMap<OrganizationId, Organization>,
  claimedBy: OrganizationId,
  claims: readonly DomainClaim[],
): Announced | undefined {
  const claimer = found.get(claimedBy);
  const [first] = claims;
  if (claimer === undefined || first === undefined) return undefined;
  const concerned = claims.flatMap(({ organizationId, users }) => {
    const organization = found.get(organizationId);
    return organization === undefined ? [] : [{ organization, users }];
  });
  concerned.sort((one, other) => one.organization.name.localeCompare(other.organization.name));
  const users = concerned.reduce((sum, each) => sum + each.users, 0);
  return { domain: first.domain, at: utcMinute(first.takesEffectAt), claimer, users, concerned };
}

/**
 * What an organization is told whose users have addresses at the domain: theirs alone, and not who claims it.
 * @param reader whose administrators read it, and write to the one above them
 */
async function toElsewhere(
  deps: Deps,
  t: Text,
  { domain, at }: Announced,
  { organization, users }: Concerned,
  reader: Organization,
): Promise<Mail> {
  const { publicUrl } = deps.config;
  const link = new URL(`/login/o/${formatId('org', organization.id)}`, publicUrl).href;
  const above = reader.managingOrganizationId;
  const managing = above === null ? undefined : (await findOrganization(deps, above))?.name;
  const objectTo = managing ?? t('mail.domain-claim.elsewhere.operator');
  const values = { domain, at, users, organization: organization.name, link, managing: objectTo };
  const subject = t('mail.domain-claim.elsewhere.subject', values);
  const mail = composeMail(t, {
    subject,
    heading: subject,
    paragraphs: [
      t('mail.domain-claim.elsewhere.what', values),
      t('mail.domain-claim.elsewhere.then', values),
      t('mail.domain-claim.elsewhere.keep', values),
      t('mail.domain-claim.elsewhere.move', values),
      t('mail.domain-claim.elsewhere.object', values),
    ],
    button: {
      label: t('mail.domain-claim.elsewhere.button'),
      url: consolePage(publicUrl, organization.id, '/domains'),
    },
  });
  return { ...mail, kind: 'domain-claimed-elsewhere' };
}

function toClaimer({ config }: Deps, t: Text, { domain, at, claimer, users }: Announced): Mail {
  const values = { domain, at, users, organization: claimer.name };
  const subject = t('mail.domain-claim.claimer.subject', values);
  const mail = composeMail(t, {
    subject,
    heading: subject,
    paragraphs: [t('mail.domain-claim.claimer.what', values), t('mail.domain-claim.claimer.then', values)],
    button: {
      label: t('mail.domain-claim.claimer.button'),
      url: consolePage(config.publicUrl, claimer.id, '/domains'),
    },
    notes: [t('mail.domain-claim.claimer.sooner')],
  });
  return { ...mail, kind: 'domain-waits' };
}

function toAbove({ config }: Deps, t: Text, { domain, at, claimer }: Announced, concerned: readonly Concerned[]): Mail {
  const values = { domain, at, claimer: claimer.name };
  const subject = t('mail.domain-claim.above.subject', values);
  const mail = composeMail(t, {
    subject,
    heading: subject,
    paragraphs: [
      t('mail.domain-claim.above.what', values),
      ...concerned.map(({ organization, users }) =>
        t('mail.domain-claim.above.line', { organization: organization.name, users }),
      ),
      t('mail.domain-claim.above.then', values),
      t('mail.domain-claim.above.act'),
    ],
    button: {
      label: t('mail.domain-claim.above.button'),
      url: consolePage(config.publicUrl, claimer.id, '/domains'),
    },
  });
  return { ...mail, kind: 'domain-claim-above' };
}
