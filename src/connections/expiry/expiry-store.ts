import { sql } from 'kysely';
import type { Credential } from './expiry.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { isAtOrBelow } from '../../organizations/below-sql.ts';

/** Credentials of connections in force that have one of their own, and of templates; each with its organization. */
function credentials(db: Database) {
  const ofConnections = db
    .selectFrom('connection')
    .innerJoin('organization', 'organization.id', 'connection.organizationId')
    .leftJoin('connectionSecret', (join) =>
      join
        .onRef('connectionSecret.connectionId', '=', 'connection.id')
        .onRef('connectionSecret.organizationId', '=', 'connection.organizationId')
        .on('connectionSecret.state', '=', 'next'),
    )
    .where('connection.state', 'in', ['unconfirmed', 'active'])
    .where('connection.templateId', 'is', null)
    .where('connection.credential', 'in', ['secret', 'certificate'])
    .select([
      sql<string>`connection.id`.as('holderId'),
      sql<Credential['kind']>`'connection'`.as('kind'),
      'organization.id as organizationId',
      'organization.name as organizationName',
      'organization.path',
      sql<string | null>`null`.as('templateName'),
      sql<string>`connection.method`.as('method'),
      'connection.credentialExpiresAt as expiresAt',
      'connectionSecret.setAt as nextSetAt',
      'connectionSecret.expiresOn as nextExpiresOn',
      'connectionSecret.testedAt as nextTestedAt',
    ]);
  const ofTemplates = db
    .selectFrom('connectionTemplate')
    .innerJoin('organization', 'organization.id', 'connectionTemplate.organizationId')
    .where('connectionTemplate.credential', '=', 'secret')
    .select([
      sql<string>`connection_template.id`.as('holderId'),
      sql<Credential['kind']>`'template'`.as('kind'),
      'organization.id as organizationId',
      'organization.name as organizationName',
      'organization.path',
      sql<string | null>`connection_template.name`.as('templateName'),
      sql<string>`connection_template.method`.as('method'),
      'connectionTemplate.credentialExpiresAt as expiresAt',
      sql<Date | null>`null::timestamptz`.as('nextSetAt'),
      sql<string | null>`null::text`.as('nextExpiresOn'),
      sql<Date | null>`null::timestamptz`.as('nextTestedAt'),
    ]);
  return db.selectFrom(ofConnections.unionAll(ofTemplates).as('credential'));
}

const SHOWN = [
  'holderId',
  'kind',
  'organizationId',
  'organizationName',
  'templateName',
  'method',
  'expiresAt',
  'nextSetAt',
  'nextExpiresOn',
  'nextTestedAt',
] as const;

/** Credentials that expire between two moments. Over all organizations: for the service's own job. */
export async function selectExpiring(db: Database, from: Date, until: Date): Promise<Credential[]> {
  return credentials(db)
    .select(SHOWN)
    .where('expiresAt', '>', from)
    .where('expiresAt', '<=', until)
    .orderBy('expiresAt')
    .execute();
}

/** Whether a credential still expires then: it may have been replaced meanwhile. */
export async function expiresStill(db: Database, { holderId, expiresAt }: Credential): Promise<boolean> {
  const row = await credentials(db)
    .select('holderId')
    .where('holderId', '=', holderId)
    .where('expiresAt', '=', expiresAt)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes a warning; false when it was noted before. Concurrent calls: exactly one succeeds. */
export async function insertWarning(
  db: Transaction,
  { holderId, organizationId }: Pick<Credential, 'holderId' | 'organizationId'>,
  warning: { expiresAt: Date; days: number; sentAt: Date },
): Promise<boolean> {
  const inserted = await db
    .insertInto('credentialWarning')
    .values({ holderId, organizationId, ...warning })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** What narrows the board. */
export interface ExpiryFilter {
  /** Path of an organization: its own and those below it. */
  path: string;
  /** Part of a name, whatever the case. */
  search?: string | undefined;
  /** Those that expire before this; with those whose end is not known when left out. */
  before?: Date | undefined;
}

function matching(db: Database, { path, search, before }: ExpiryFilter) {
  let query = credentials(db).where(isAtOrBelow('path', path));
  if (before !== undefined) query = query.where('expiresAt', '<=', before);
  if (search !== undefined && search !== '') {
    const part = search.toLowerCase();
    query = query.where(
      sql<boolean>`strpos(lower(organization_name || ' ' || coalesce(template_name, '')), ${part}) > 0`,
    );
  }
  return query;
}

/** A page of the board: the first to expire first, those whose end is not known last. */
export async function selectCredentials(
  db: Database,
  filter: ExpiryFilter,
  page: { after?: { at: Date; id: string } | undefined; limit: number },
): Promise<Credential[]> {
  const at = sql`coalesce(date_trunc('milliseconds', expires_at), '9999-01-01T00:00:00Z')`;
  let query = matching(db, filter).select(SHOWN);
  if (page.after !== undefined) {
    query = query.where(sql<boolean>`(${at}, holder_id) > (${page.after.at}::timestamptz, ${page.after.id}::uuid)`);
  }
  return query.orderBy(at).orderBy('holderId').limit(page.limit).execute();
}

/** How many credentials a filter finds. */
export async function countCredentials(db: Database, filter: ExpiryFilter): Promise<number> {
  const row = await matching(db, filter)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
