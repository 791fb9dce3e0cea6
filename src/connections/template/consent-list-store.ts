import { sql } from 'kysely';
import type { ConsentState } from './consent.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { isBelow } from '../../organizations/below-sql.ts';
import type { Method } from '../../organizations/organization.ts';

/** An organization below a template's owner, with how far it is. */
export interface ConsentLine {
  organizationId: OrganizationId;
  name: string;
  method: Method;
  users: number;
  state: ConsentState;
  /** Whom to ask: who was asked last, else an administrator of the organization. */
  email: string | null;
  sentAt: Date | null;
  expiresAt: Date | null;
  directoryId: string | null;
  consentedAt: Date | null;
  testedAt: Date | null;
  testedBy: string | null;
  /** The organization's mail domains hold the one of `testedBy`, which the directory has proved. */
  ownDomain: boolean;
  failure: string | null;
  failureValues: unknown;
  turnedOnAt: Date | null;
}

/** What narrows the list. */
export interface ConsentFilter {
  templateId: TemplateId;
  /** Path of the owner; organizations strictly below it are listed. */
  abovePath: string;
  /** Part of a name, whatever the case. */
  search?: string | undefined;
  state?: ConsentState | undefined;
  now: Date;
}

/** Every line of the table, before paging. */
function lines(db: Database, { templateId, abovePath, search, now }: ConsentFilter) {
  let query = db
    .selectFrom('organization')
    .leftJoin('adminConsent as consent', (join) =>
      join.onRef('consent.organizationId', '=', 'organization.id').on('consent.templateId', '=', templateId),
    )
    .leftJoin('connection', (join) =>
      join
        .onRef('connection.organizationId', '=', 'organization.id')
        .on('connection.state', 'in', ['unconfirmed', 'active'])
        .on('connection.templateId', '=', templateId),
    )
    .where(isBelow('organization.path', abovePath))
    .select((eb) => [
      'organization.id as organizationId',
      'organization.name',
      'organization.method',
      sql<ConsentState>`case
        when connection.id is not null then 'on'
        when consent.id is null then 'not-asked'
        when consent.failure is not null then 'failed'
        when consent.tested_at is not null then 'tested'
        when consent.expires_at <= ${now}::timestamptz then 'expired'
        when consent.consented_at is not null then 'consented'
        when consent.sent_at is not null then 'sent'
        else 'made' end`.as('state'),
      eb
        .selectFrom('organizationUserCount')
        .select((of) => of.fn.sum<string>('organizationUserCount.users').as('count'))
        .whereRef('organizationUserCount.organizationId', '=', 'organization.id')
        .as('users'),
      sql<string | null>`coalesce(consent.email, (select email from app_user
        where app_user.organization_id = organization.id and console_role = 'administrator' and status <> 'disabled'
        order by app_user.created_at, app_user.id limit 1))`.as('email'),
      'consent.sentAt',
      'consent.expiresAt',
      'consent.directoryId',
      'consent.consentedAt',
      'consent.testedAt',
      'consent.testedBy',
      // A value and no "exists", which may be answered by a hash of all domains that the caller reaches.
      sql<boolean>`coalesce((select true from organization_domain owned where owned.organization_id = organization.id
        and owned.domain = gatehouse_lower(split_part(consent.tested_by, '@', -1))), false)`.as('ownDomain'),
      'consent.failure',
      'consent.failureValues',
      'consent.turnedOnAt',
    ]);
  if (search !== undefined && search !== '') {
    query = query.where((eb) =>
      eb(eb.fn('strpos', [eb.fn('lower', ['organization.name']), eb.val(search.toLowerCase())]), '>', 0),
    );
  }
  return query;
}

/** A page of the organizations below a template's owner, by name. */
export async function selectConsentLines(
  db: Database,
  filter: ConsentFilter,
  page: { after?: { name: string; id: OrganizationId } | undefined; limit: number },
): Promise<ConsentLine[]> {
  let query = db.selectFrom(lines(db, filter).as('line')).selectAll();
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (page.after !== undefined) {
    const { name, id } = page.after;
    query = query.where(sql<boolean>`(lower(name), organization_id) > (gatehouse_lower(${name}), ${id}::uuid)`);
  }
  const rows = await query
    .orderBy((eb) => eb.fn<string>('lower', ['name']))
    .orderBy('organizationId')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ ...row, users: Number(row.users) }));
}

/** How many organizations are in each state but the first: those that were asked, or log in by the template. */
export async function countConsentStates(
  db: Database,
  filter: ConsentFilter,
): Promise<Partial<Record<ConsentState, number>>> {
  const rows = await db
    .selectFrom(
      lines(db, filter)
        // Of all organizations the few that have something to do with the template.
        .where(
          sql<boolean>`organization.id in (
            select organization_id from admin_consent where template_id = ${filter.templateId}
            union all select organization_id from connection
              where template_id = ${filter.templateId} and state in ('unconfirmed', 'active'))`,
        )
        .as('line'),
    )
    .select((eb) => ['state', eb.fn.countAll<string>().as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}
