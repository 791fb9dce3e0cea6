import type { Application } from './application.ts';
import type { ApplicationId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

type Written = Omit<Application, 'ownerName' | 'id' | 'organizationId' | 'clientId' | 'kind' | 'version' | 'createdAt'>;

function columnsOf(application: Written) {
  return {
    name: application.name,
    first_party: application.firstParty,
    redirect_uris: application.redirectUris,
    post_logout_redirect_uris: application.postLogoutRedirectUris,
    initiate_login_uri: application.initiateLoginUri,
    backchannel_logout_uri: application.backchannelLogoutUri,
    client_authentication: application.clientAuthentication,
    client_secret_hash: application.clientSecretHash,
    client_keys: application.clientKeys === null ? null : JSON.stringify(application.clientKeys),
    signing_algorithm: application.signingAlgorithm,
    refresh_tokens: application.refreshTokens,
    offline: application.offline,
    unproven_addresses: application.unprovenAddresses,
    without_pkce: application.withoutPkce,
    rotate_refresh_tokens: application.rotateRefreshTokens,
  };
}

/** Inserts an application. */
export async function insertApplication(db: Database, application: Application): Promise<void> {
  await db
    .insertInto('application')
    .values({
      id: application.id,
      organization_id: application.organizationId,
      client_id: application.clientId,
      kind: application.kind,
      version: application.version,
      created_at: application.createdAt,
      ...columnsOf(application),
    })
    .execute();
}

/** Writes an application that was read at `version`; false when somebody else was first. */
export async function updateApplication(db: Database, application: Application, version: number): Promise<boolean> {
  const result = await db
    .updateTable('application')
    .set({ ...columnsOf(application), version: version + 1 })
    .where('organization_id', '=', application.organizationId)
    .where('id', '=', application.id)
    .where('version', '=', version)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Removes an application with its consents, roles and narrowing. */
export async function deleteApplication(
  db: Database,
  organizationId: OrganizationId,
  id: ApplicationId,
): Promise<boolean> {
  const result = await db
    .deleteFrom('application')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Narrows an application to these organizations and those below; to none: usable by its owner and all below. */
export async function replaceAccess(
  db: Database,
  id: ApplicationId,
  organizationIds: readonly OrganizationId[],
  now: Date,
): Promise<void> {
  // By the application alone: the caller checked that it and all these organizations are its to decide on.
  await db.deleteFrom('application_access').where('application_id', '=', id).execute();
  if (organizationIds.length === 0) return;
  await db
    .insertInto('application_access')
    .values(
      organizationIds.map((organizationId) => ({
        application_id: id,
        organization_id: organizationId,
        created_at: now,
      })),
    )
    .execute();
}
