import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { ListedLogin, Outcome } from './diagnosis.ts';
import { after, MINUTE } from '../base/clock.ts';
import type { ApplicationId, LoginId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { beginsWith, beginsWithText, hasWord } from '../db/search-sql.ts';

/** What narrows a list of logins. */
export interface LoginFilter {
  organizationId: OrganizationId;
  /** With those that belong to no organization: for the root alone. */
  orphans: boolean;
  /** A reference, or the beginning of an address or of a word of a name, whatever the case. */
  search?: string | undefined;
  userId?: UserId | undefined;
  outcome?: Outcome | undefined;
  /** The last login of the page before. */
  before?: { at: Date; id: LoginId } | undefined;
  limit: number;
}

/** How long a person may take at the provider; as in `connections/authorization`. */
const AT_PROVIDER = 10 * MINUTE;

function outcomeOf(now: Date) {
  const last = sql`login.trace -> -1`;
  return sql<Outcome>`case
    when login.step = 'finished' then 'succeeded'
    when login.step = 'refused' then 'refused'
    when login.step = 'connection-out' and ${last} ->> 'event' = 'failed' then 'failed'
    when login.step = 'connection-out' and ${last} ->> 'event' = 'sent' then
      case when ${last} ->> 'at' <= ${after(now, -AT_PROVIDER).toISOString()} then 'unreturned' else 'under-way' end
    when login.step = 'expired' or login.ended_at is not null or login.expires_at <= ${now} then 'unfinished'
    else 'under-way' end`;
}

const OF_PROVIDER = sql<boolean>`(login.step <> 'finished' and login.step = 'connection-out')`;
const OPEN = sql<boolean>`(login.step <> 'finished' and login.step <> 'refused')`;

/** The step of each outcome, written as the index of logins that did not finish has it: of a million none may have failed. */
const STEP_OF: Readonly<Record<Outcome, RawBuilder<boolean>>> = {
  succeeded: sql`login.step = 'finished'`,
  refused: sql`(login.step <> 'finished' and login.step = 'refused')`,
  failed: OF_PROVIDER,
  unreturned: OF_PROVIDER,
  unfinished: OPEN,
  'under-way': OPEN,
};

/** Logins of an organization, the newest first; without those in which nobody came further than the first page. */
export async function selectLogins(db: Database, filter: LoginFilter, now: Date): Promise<ListedLogin[]> {
  const { organizationId, orphans, limit } = filter;
  const newest = (query: ReturnType<typeof selectListed>) =>
    query.orderBy('login.createdAt', 'desc').orderBy('login.id', 'desc').limit(limit);
  const all = await narrowed(db, filter, now);
  const own = newest(all.where('login.organizationId', '=', organizationId));
  if (!orphans) return own.execute();
  // Each in the order of its index: of one condition with "or" all would be read and sorted.
  const ofNobody = newest(all.where('login.organizationId', 'is', null));
  return db
    .selectFrom(
      db
        .selectFrom(own.as('own'))
        .selectAll()
        .unionAll(db.selectFrom(ofNobody.as('nobody')).selectAll())
        .as('login'),
    )
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

async function narrowed(db: Database, filter: LoginFilter, now: Date): Promise<ReturnType<typeof selectListed>> {
  const { search, userId, outcome, before } = filter;
  let query = selectListed(db, now).where(
    sql<boolean>`(login.organization_id is not null or jsonb_array_length(login.trace) > 1)`,
  );
  if (userId !== undefined) query = query.where('login.userId', '=', userId);
  if (outcome !== undefined) {
    query = query.where(STEP_OF[outcome]).where(sql<boolean>`${outcomeOf(now)} = ${outcome}`);
  }
  if (before !== undefined) {
    query = query.where(sql<boolean>`(login.created_at, login.id) < (${before.at}, ${before.id}::uuid)`);
  }
  if (search === undefined || search === '') return query;
  return query.where(await foundBy(db, filter, search));
}

/** So many people or typed addresses are looked up; of more, so many logins fit that going through the newest ends sooner. */
const MOST_LOOKED_UP = 500;

/** Which logins a search finds: of a reference, of an address that begins so, of people who are found by it. */
async function foundBy(db: Database, filter: LoginFilter, search: string): Promise<RawBuilder<boolean>> {
  const typed = beginsWithText('login.typed_address', search);
  const here = filter.orphans
    ? sql`(login.organization_id = ${filter.organizationId} or login.organization_id is null)`
    : sql`login.organization_id = ${filter.organizationId}`;
  const people = sql`select user_id from user_search_term
    where organization_id = ${filter.organizationId} and ${beginsWith('term', search)}`;
  const addresses = sql`select id from login where ${here} and ${typed}`;
  const most = sql.lit(MOST_LOOKED_UP);
  const { rows } = await sql<{ wide: boolean }>`
    select (select count(*) from (${people} limit ${most} + 1) found) > ${most}
      or (select count(*) from (${addresses} limit ${most} + 1) found) > ${most} as wide`.execute(db);
  const reference = search.toUpperCase();
  if (rows[0]?.wide === true) {
    return sql`(login.reference = ${reference} or ${typed}
      or ${hasWord('app_user.email_key', search)} or ${hasWord('app_user.name', search)})`;
  }
  // As an array, so that only these are read, whatever the planner thinks of how many they are.
  return sql`login.id = any (array(select id from login where reference = ${reference}
    union ${addresses} union select id from login where user_id in (${people})))`;
}

/** The login of a reference, in an organization (or, with `orphans`, in none). */
export async function selectLoginByReference(
  db: Database,
  { organizationId, orphans, reference }: Pick<LoginFilter, 'organizationId' | 'orphans'> & { reference: string },
  now: Date,
): Promise<ListedLogin | undefined> {
  return selectListed(db, now)
    .where('login.reference', '=', reference)
    .where((eb) =>
      orphans
        ? eb.or([eb('login.organizationId', '=', organizationId), eb('login.organizationId', 'is', null)])
        : eb('login.organizationId', '=', organizationId),
    )
    .orderBy('login.createdAt', 'desc')
    .executeTakeFirst();
}

function selectListed(db: Database, now: Date) {
  return db
    .selectFrom('login')
    .leftJoin('appUser', 'appUser.id', 'login.userId')
    .select([
      'login.id',
      'login.reference',
      'login.organizationId',
      'login.clientId',
      'login.step',
      'login.refusal',
      'login.state',
      'login.trace',
      'login.createdAt',
      'login.endedAt',
    ])
    .select(outcomeOf(now).as('outcome'))
    .select([sql<null>`null`.as('applicationName')])
    .select(
      sql<ListedLogin['user']>`case when app_user.id is not null then jsonb_build_object(
        'id', app_user.id, 'email', app_user.email, 'name', app_user.name) end`.as('user'),
    );
}

/** Names of applications by client id, over all organizations: people of an organization use those of the ones above it. */
export async function selectApplicationNames(
  db: Database,
  clientIds: readonly string[],
): Promise<Map<string, { id: ApplicationId; name: string }>> {
  if (clientIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('application')
    .select(['id', 'clientId', 'name'])
    .where('clientId', 'in', [...clientIds])
    .execute();
  return new Map(rows.map(({ id, clientId, name }) => [clientId, { id, name }]));
}

/** A refusal that the audit log of an organization holds under a reference, of the last 30 days' newest first. */
export interface RecordedRefusal {
  kind: string;
  occurredAt: Date;
  details: unknown;
}

/** The newest refusal that was recorded under a reference since an instant. */
export async function selectRecordedRefusal(
  db: Database,
  about: { organizationId: OrganizationId; reference: string; since: string },
): Promise<RecordedRefusal | undefined> {
  return db
    .selectFrom('auditEvent')
    .select(['kind', 'occurredAt', 'details'])
    .where('organizationId', '=', about.organizationId)
    .where('id', '>', sql<never>`${about.since}::uuid`)
    .where('kind', 'in', ['login.refused', 'application.request-refused'])
    .where(sql<boolean>`details ->> 'reference' = ${about.reference}`)
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Failures of an organization's logins since an instant, by the code they are explained by; the most frequent first. */
export async function selectFailures(
  db: Database,
  about: { organizationId: OrganizationId; since: Date },
): Promise<{ code: string; values: unknown; count: number; lastAt: Date; reference: string }[]> {
  const { rows } = await sql<{ code: string; values: unknown; count: number; lastAt: string; reference: string }>`
    select code, count(*)::integer as count, max(at) as last_at,
      (array_agg(reference order by at desc))[1] as reference,
      (array_agg(failure_values order by at desc))[1] as "values"
    from (
      select entry -> 'detail' ->> 'code' as code, entry ->> 'at' as at, entry -> 'detail' -> 'values' as failure_values, login.reference
      from login cross join lateral jsonb_array_elements(login.trace) as entry
      where login.organization_id = ${about.organizationId} and login.created_at > ${after(about.since, -60 * MINUTE)}
        and entry ->> 'event' in ('failed', 'refused') and entry -> 'detail' ->> 'code' is not null
        and entry ->> 'at' > ${about.since.toISOString()}
        and coalesce(entry ->> 'organizationId', login.organization_id::text) = login.organization_id::text
    ) failure
    group by code order by count desc, code limit 20`.execute(db);
  return rows.map((row) => ({ ...row, lastAt: new Date(row.lastAt) }));
}
