import { sql } from 'kysely';
import type { UsableSecret } from './credentials/client-secret.ts';
import { usableSecrets } from './credentials/client-secret-store.ts';
import type { Application } from './application.ts';
import { isOfDocument } from './unregistered/unregistered-sql.ts';
import type { ApplicationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';

function selectApplications(db: Database) {
  return db
    .selectFrom('application')
    .innerJoin('organization as owner', 'owner.id', 'application.organizationId')
    .select([
      'application.id',
      'application.organizationId',
      'owner.name as ownerName',
      'application.clientId',
      'application.name',
      'application.kind',
      'application.firstParty',
      'application.redirectUris',
      'application.postLogoutRedirectUris',
      'application.initiateLoginUri',
      'application.backchannelLogoutUri',
      'application.clientAuthentication',
      'application.clientSecretHash',
      'application.clientKeys',
      'application.signingAlgorithm',
      'application.refreshTokens',
      'application.offline',
      'application.unprovenAddresses',
      'application.withoutPkce',
      'application.rotateRefreshTokens',
      'application.preset',
      'application.highSecurity',
      'application.deviceLogin',
      'application.actsForUsers',
      'application.version',
      'application.createdAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectApplications>['executeTakeFirstOrThrow']>>;

function toApplication(row: Row): Application {
  return { ...row, clientKeys: row.clientKeys as Record<string, unknown> | null };
}

/** What nobody registered is in no list of applications and cannot be changed: `unregistered/` has it. */
const REGISTERED = sql<boolean>`not ${isOfDocument(sql`application.client_id`)}`;

/** The application of a client id; of any organization, because the wire does not say which. */
export async function selectByClientId(
  db: Database,
  clientId: string,
): Promise<(Application & { secrets: UsableSecret[] }) | undefined> {
  const row = await selectApplications(db)
    .select(usableSecrets().as('secrets'))
    .where('application.clientId', '=', clientId)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...toApplication(row), secrets: row.secrets };
}

/** As {@link selectByClientId}, kept from being removed until the transaction ends. */
export async function keepByClientId(db: Transaction, clientId: string): Promise<Application | undefined> {
  const query = selectApplications(db).where('application.clientId', '=', clientId);
  const row = await query.forKeyShare('application').executeTakeFirst();
  return row === undefined ? undefined : toApplication(row);
}

/** The applications a user may log in to: usable by its organization, and made for people. */
export async function selectUsableBy(db: Database, userId: UserId): Promise<Application[]> {
  const rows = await selectApplications(db)
    .innerJoin('appUser', (join) => join.on('appUser.id', '=', userId))
    .innerJoin('organization as home', 'home.id', 'appUser.organizationId')
    .where('application.kind', '!=', 'machine')
    .where(REGISTERED)
    .where((eb) => eb.fn<boolean>('starts_with', ['home.path', 'owner.path']))
    .where((eb) =>
      eb.or([
        eb.not(
          eb.exists(
            eb
              .selectFrom('applicationAccess as anyAccess')
              .select('anyAccess.organizationId')
              .whereRef('anyAccess.applicationId', '=', 'application.id'),
          ),
        ),
        eb.exists(
          eb
            .selectFrom('applicationAccess')
            .innerJoin('organization as allowed', 'allowed.id', 'applicationAccess.organizationId')
            .select('applicationAccess.organizationId')
            .whereRef('applicationAccess.applicationId', '=', 'application.id')
            .where((inner) => inner.fn<boolean>('starts_with', ['home.path', 'allowed.path'])),
        ),
      ]),
    )
    .orderBy('application.name')
    .orderBy('application.id')
    .execute();
  return rows.map(toApplication);
}

/** One application of its owner, locked until the transaction ends: for changing it, or for removing it (`update`). */
export async function selectApplication(
  db: Database,
  organizationId: OrganizationId,
  id: ApplicationId,
  lock?: 'no key update' | 'update',
): Promise<Application | undefined> {
  const query = selectApplications(db)
    .where('application.organizationId', '=', organizationId)
    .where('application.id', '=', id)
    .where(REGISTERED);
  const locked = lock === 'update' ? query.forUpdate('application') : query.forNoKeyUpdate('application');
  const row = await (lock === undefined ? query : locked).executeTakeFirst();
  return row === undefined ? undefined : toApplication(row);
}

/** What narrows a list of applications. */
export interface ApplicationFilter {
  /** Their owner. */
  organizationId: OrganizationId;
  search?: string | undefined;
  /** Place of the last line of the page before. */
  after?: { name: string; id: ApplicationId } | undefined;
  limit: number;
}

/** A page of the applications an organization owns, by name. */
export async function selectApplicationsOf(db: Database, filter: ApplicationFilter): Promise<Application[]> {
  let query = selectApplications(db).where('application.organizationId', '=', filter.organizationId).where(REGISTERED);
  const { search, after } = filter;
  if (search !== undefined && search !== '') {
    query = query.where('application.name', 'ilike', `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  }
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(lower(application.name), application.id) > (gatehouse_lower(${after.name}), ${after.id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy((eb) => eb.fn<string>('lower', ['application.name']))
    .orderBy('application.id')
    .limit(filter.limit)
    .execute();
  return rows.map(toApplication);
}

/** Which organizations applications are narrowed to. */
export async function selectAccess(
  db: Database,
  ids: readonly ApplicationId[],
): Promise<{ applicationId: ApplicationId; id: OrganizationId; name: string }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('applicationAccess')
    .innerJoin('organization', 'organization.id', 'applicationAccess.organizationId')
    .select(['applicationAccess.applicationId', 'organization.id', 'organization.name'])
    .where('applicationAccess.applicationId', 'in', ids)
    .orderBy('organization.name')
    .execute();
}
