import { selectAdministrators } from '../user-store.ts';
import { utcMinute } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { CLAIM_NOTICE, takeAnnouncement } from '../../domains/wait/claim-notice.ts';
import type { ClaimNotice } from '../../domains/wait/claim-notice.ts';
import type { DomainClaim } from '../../domains/wait/wait.ts';
import type { JobHandler } from '../../jobs/job.ts';
import { composeMail } from '../../mail/compose.ts';
import type { ComposedMail } from '../../mail/compose.ts';
import { postNotice } from '../../mail/post-notice.ts';
import { takeFromRecipientLimit } from '../../mail/recipient-limit.ts';
import { consolePage } from '../../organizations/console-page.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { pathAbove } from '../../organizations/organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Text, Texts } from '../../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
  config: { publicUrl: URL };
}

/** Mails about one domain to one recipient in a day: a domain that is removed and proved again says nothing new. */
const MOST_A_DAY = 3;

/** One claim and all whom it concerns. */
interface Announced {
  domain: string;
  at: string;
  claimer: Organization;
  users: number;
  concerned: { organization: Organization; users: number; above: OrganizationId }[];
}

/**
 * Announces a claim that waits, once: to the administrators of each organization whose users it concerns, of the one that
 * claims, and of the lowest that manages both. Where an organization has no administrator, those of the one above it are
 * told. Only whoever manages both is told both names.
 */
export function claimNoticeHandler(deps: Deps): JobHandler<ClaimNotice> {
  return {
    kind: CLAIM_NOTICE,
    run: async ({ organizationId, payload: { domain } }) => {
      if (organizationId === null) return;
      await inTransaction(deps, async (deps) => {
        const { organizations, claims } = await takeAnnouncement(deps, { organizationId, domain });
        const announced = gather(organizations, organizationId, claims);
        if (announced !== undefined) await announce(deps, announced);
      });
    },
  };
}

function gather(
  kept: ReadonlyMap<OrganizationId, Organization>,
  claimedBy: OrganizationId,
  claims: readonly DomainClaim[],
): Announced | undefined {
  const claimer = kept.get(claimedBy);
  const [first] = claims;
  if (claimer === undefined || first === undefined) return undefined;
  const concerned = claims.flatMap(({ organizationId, users }) => {
    const organization = kept.get(organizationId);
    if (organization === undefined) return [];
    const above = pathAbove(claimer.path, organization.path).split('/').at(-2) as OrganizationId;
    return [{ organization, users, above }];
  });
  concerned.sort((one, other) => one.organization.name.localeCompare(other.organization.name));
  const users = concerned.reduce((sum, each) => sum + each.users, 0);
  return { domain: first.domain, at: utcMinute(first.takesEffectAt), claimer, users, concerned };
}

async function announce(deps: Inside<Deps>, announced: Announced): Promise<void> {
  const t = deps.texts.default;
  const above = Map.groupBy(announced.concerned, (each) => each.above);
  for (const each of announced.concerned) {
    await tellNearest(deps, announced, each.organization, above, await toElsewhere(deps, t, announced, each));
  }
  await tellNearest(deps, announced, announced.claimer, above, toClaimer(deps, t, announced));
  for (const [id, concerned] of above) {
    const organization = await findOrganization(deps, id);
    if (organization !== undefined) await tell(deps, announced, organization, toAbove(deps, t, announced, concerned));
  }
}

/** Tells the administrators of an organization, or of the nearest above it that has any; those above both are told apart. */
async function tellNearest(
  deps: Inside<Deps>,
  announced: Announced,
  organization: Organization,
  above: ReadonlyMap<OrganizationId, unknown>,
  mail: Mail,
): Promise<void> {
  if (above.has(organization.id) || (await tell(deps, announced, organization, mail))) return;
  const next = organization.managingOrganizationId;
  const managing = next === null ? undefined : await findOrganization(deps, next);
  if (managing !== undefined) await tellNearest(deps, announced, managing, above, mail);
}

type Mail = ComposedMail & { kind: string };

/** False when the organization has no administrators. */
async function tell(
  deps: Inside<Deps>,
  { domain }: Announced,
  organization: Organization,
  mail: Mail,
): Promise<boolean> {
  const administrators = await selectAdministrators(deps.db, organization.id);
  for (const to of administrators) {
    const limit = { name: `${mail.kind} ${domain}`, overall: MOST_A_DAY, bySender: MOST_A_DAY };
    const address = to.email.trim().toLowerCase();
    if (!(await takeFromRecipientLimit(deps, limit, { address, sender: null }))) continue;
    const about = { organizationId: organization.id, userId: to.id };
    await postNotice(deps, { ...to, organizationPath: organization.path }, { ...mail, ...about });
  }
  return administrators.length > 0;
}

/** What an organization is told whose users have addresses at the domain: theirs alone, and not who claims it. */
async function toElsewhere(
  deps: Inside<Deps>,
  t: Text,
  { domain, at }: Announced,
  { organization, users }: { organization: Organization; users: number },
): Promise<Mail> {
  const { publicUrl } = deps.config;
  const link = new URL(`/login/o/${formatId('org', organization.id)}`, publicUrl).href;
  const managingId = organization.managingOrganizationId;
  const managing = managingId === null ? undefined : await findOrganization(deps, managingId);
  const values = { domain, at, users, organization: organization.name, link, managing: managing?.name ?? '' };
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

function toAbove(
  { config }: Deps,
  t: Text,
  { domain, at, claimer }: Announced,
  concerned: Announced['concerned'],
): Mail {
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
