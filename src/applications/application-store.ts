import type { Application } from './application.ts';
import type { UserId } from '../base/ids.ts';
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
