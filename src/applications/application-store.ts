import { sql } from 'kysely';
import type { Application } from './application.ts';
import type { ApplicationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

function selectApplications(db: Database) {
  return db
    .selectFrom('application')
    .innerJoin('organization as owner', 'owner.id', 'application.organization_id')
    .select([
      'application.id',
      'application.organization_id as organizationId',
      'owner.name as ownerName',
      'application.client_id as clientId',
      'application.name',
      'application.kind',
      'application.first_party as firstParty',
      'application.redirect_uris as redirectUris',
      'application.post_logout_redirect_uris as postLogoutRedirectUris',
      'application.initiate_login_uri as initiateLoginUri',
      'application.backchannel_logout_uri as backchannelLogoutUri',
      'application.client_authentication as clientAuthentication',
      'application.client_secret_hash as clientSecretHash',
      'application.client_keys as clientKeys',
      'application.signing_algorithm as signingAlgorithm',
      'application.refresh_tokens as refreshTokens',
      'application.offline',
      'application.unproven_addresses as unprovenAddresses',
      'application.without_pkce as withoutPkce',
      'application.rotate_refresh_tokens as rotateRefreshTokens',
      'application.version',
      'application.created_at as createdAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectApplications>['executeTakeFirstOrThrow']>>;

function toApplication(row: Row): Application {
  return { ...row, clientKeys: row.clientKeys as Record<string, unknown> | null };
}

/** The application of a client id; of any organization, because the wire does not say which. */
export async function selectByClientId(db: Database, clientId: string): Promise<Application | undefined> {
  const row = await selectApplications(db).where('application.client_id', '=', clientId).executeTakeFirst();
  return row === undefined ? undefined : toApplication(row);
}

/** The applications a user may open from *Your applications*: usable by its organization and with a place to start. */
export async function selectOpenableBy(db: Database, userId: UserId): Promise<Application[]> {
  const rows = await selectApplications(db)
    .innerJoin('app_user', (join) => join.on('app_user.id', '=', userId))
    .innerJoin('organization as home', 'home.id', 'app_user.organization_id')
    .where('application.initiate_login_uri', 'is not', null)
    .where((eb) => eb.fn<boolean>('starts_with', ['home.path', 'owner.path']))
    .where((eb) =>
      eb.or([
        eb.not(
          eb.exists(
            eb
              .selectFrom('application_access as any_access')
              .select('any_access.organization_id')
              .whereRef('any_access.application_id', '=', 'application.id'),
          ),
        ),
        eb.exists(
          eb
            .selectFrom('application_access')
            .innerJoin('organization as allowed', 'allowed.id', 'application_access.organization_id')
            .select('application_access.organization_id')
            .whereRef('application_access.application_id', '=', 'application.id')
            .where((inner) => inner.fn<boolean>('starts_with', ['home.path', 'allowed.path'])),
        ),
      ]),
    )
    .orderBy('application.name')
    .orderBy('application.id')
    .execute();
  return rows.map(toApplication);
}

/** One application of its owner; `lock` holds it until the transaction ends. */
export async function selectApplication(
  db: Database,
  organizationId: OrganizationId,
  id: ApplicationId,
  lock = false,
): Promise<Application | undefined> {
  const query = selectApplications(db)
    .where('application.organization_id', '=', organizationId)
    .where('application.id', '=', id);
  const row = await (lock ? query.forUpdate('application') : query).executeTakeFirst();
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
  let query = selectApplications(db).where('application.organization_id', '=', filter.organizationId);
  const { search, after } = filter;
  if (search !== undefined && search !== '') {
    query = query.where('application.name', 'ilike', `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  }
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(lower(application.name), application.id) > (lower(${after.name}), ${after.id}::uuid)`,
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
    .selectFrom('application_access')
    .innerJoin('organization', 'organization.id', 'application_access.organization_id')
    .select(['application_access.application_id as applicationId', 'organization.id', 'organization.name'])
    .where('application_access.application_id', 'in', ids)
    .orderBy('organization.name')
    .execute();
}
