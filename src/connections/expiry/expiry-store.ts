import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Credential } from './expiry.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { cappedCount, MOST_COUNTED } from '../../db/search-sql.ts';
import { isAtOrBelow } from '../../organizations/below-sql.ts';

/** Where the index of connections has a credential: by its end in whole milliseconds, as cursors hold it; without one at the end. */
const placeOf = (expiresAt: string): RawBuilder<Date> =>
  sql`coalesce(date_trunc('milliseconds', ${sql.ref(expiresAt)} at time zone 'UTC'), timestamp '9999-01-01')`;

/** Credentials of connections in force that have one of their own, and those of templates; each with its organization. */
function sources(db: Database) {
  const ofConnections = db
    .selectFrom('connection')
    .innerJoin('organization', 'organization.id', 'connection.organizationId')
    .leftJoin('connectionSecret', (join) =>
      join
        .onRef('connectionSecret.connectionId', '=', 'connection.id')
        .onRef('connectionSecret.organizationId', '=', 'connection.organizationId')
        .on('connectionSecret.state', '=', 'next'),
    )
    // Written out, as the index of what expires first has it.
    .where(
      sql<boolean>`(connection.state in ('unconfirmed', 'active') and connection.template_id is null
        and connection.credential in ('secret', 'certificate'))`,
    )
    .select([
      sql<string>`connection.id`.as('holderId'),
      sql<Credential['kind']>`'connection'`.as('kind'),
      'organization.id as organizationId',
      'organization.name as organizationName',
      'organization.path',
      sql<string | null>`null`.as('templateName'),
      sql<string>`connection.method`.as('method'),
      'connection.credentialExpiresAt as expiresAt',
      placeOf('connection.credentialExpiresAt').as('place'),
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
      placeOf('connectionTemplate.credentialExpiresAt').as('place'),
      sql<Date | null>`null::timestamptz`.as('nextSetAt'),
      sql<string | null>`null::text`.as('nextExpiresOn'),
      sql<Date | null>`null::timestamptz`.as('nextTestedAt'),
    ]);
  return { ofConnections, ofTemplates };
}

function credentials(db: Database) {
  const { ofConnections, ofTemplates } = sources(db);
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

/**
 * How many credentials end before each moment and after the one before it: place 0 is before the first, the last place after all;
 * null: not known. Over all organizations: nothing of them but numbers.
 */
export async function countByEnd(
  db: Database,
  moments: readonly Date[],
): Promise<{ byBand: Map<number | null, number>; first: Date | null }> {
  const rows = await credentials(db)
    .select([
      sql<number | null>`width_bucket(expires_at, ${moments}::timestamptz[])`.as('band'),
      (eb) => eb.fn.countAll<string>().as('count'),
      (eb) => eb.fn.min('expiresAt').as('first'),
    ])
    .groupBy(sql`1`)
    .execute();
  const ends = rows.flatMap(({ first }) => first ?? []).toSorted((a, b) => a.getTime() - b.getTime());
  return { byBand: new Map(rows.map(({ band, count }) => [band, Number(count)])), first: ends[0] ?? null };
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

/** What narrows one of the sources or what they are put together to. */
function narrowing({ path, search, before }: ExpiryFilter, after?: { at: Date; id: string }): RawBuilder<boolean> {
  const all = [isAtOrBelow('path', path)];
  if (before !== undefined) all.push(sql`expires_at <= ${before}`);
  if (search !== undefined && search !== '') {
    const part = search.toLowerCase();
    all.push(sql`strpos(lower(organization_name || ' ' || coalesce(template_name, '')), ${part}) > 0`);
  }
  if (after !== undefined) {
    all.push(sql`(place, holder_id) > (${after.at}::timestamptz at time zone 'UTC', ${after.id}::uuid)`);
  }
  return sql.join(all, sql` and `);
}

/** A page of the board: the first to expire first, those whose end is not known last. */
export async function selectCredentials(
  db: Database,
  filter: ExpiryFilter,
  { after, limit }: { after?: { at: Date; id: string } | undefined; limit: number },
): Promise<Credential[]> {
  const { ofConnections, ofTemplates } = sources(db);
  // Each in its own order and no longer than the page: put together first, all would be read and sorted.
  const first = (source: typeof ofConnections | typeof ofTemplates) =>
    db.selectFrom(
      db
        .selectFrom(source.as('source'))
        .selectAll()
        .where(narrowing(filter, after))
        .orderBy('place')
        .orderBy('holderId')
        .limit(limit)
        .as('first'),
    );
  return db
    .selectFrom(first(ofConnections).selectAll().unionAll(first(ofTemplates).selectAll()).as('credential'))
    .select(SHOWN)
    .orderBy('place')
    .orderBy('holderId')
    .limit(limit)
    .execute();
}

/** How many credentials a filter finds; null where they are more than {@link MOST_COUNTED}. */
export async function countCredentials(db: Database, filter: ExpiryFilter): Promise<number | null> {
  const counted = credentials(db)
    .select('holderId')
    .where(narrowing(filter))
    .limit(MOST_COUNTED + 1);
  const row = await db
    .selectFrom(counted.as('counted'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return cappedCount(row.count);
}
