import { sql } from 'kysely';
import type { Application } from './application.ts';
import { CHANGE_CHANNEL } from '../db/change-channel.ts';
import type { ApplicationId, OrganizationId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

type Written = Omit<
  Application,
  'ownerName' | 'id' | 'organizationId' | 'clientId' | 'kind' | 'preset' | 'version' | 'createdAt'
>;

/** A hint at commit: each process reads the application again. */
const TELL = sql`pg_notify(${CHANGE_CHANNEL}, client_id)`.as('notified');

function columnsOf(application: Written) {
  return {
    name: application.name,
    firstParty: application.firstParty,
    redirectUris: application.redirectUris,
    postLogoutRedirectUris: application.postLogoutRedirectUris,
    initiateLoginUri: application.initiateLoginUri,
    backchannelLogoutUri: application.backchannelLogoutUri,
    clientAuthentication: application.clientAuthentication,
    clientSecretHash: application.clientSecretHash,
    clientKeys: application.clientKeys === null ? null : JSON.stringify(application.clientKeys),
    signingAlgorithm: application.signingAlgorithm,
    refreshTokens: application.refreshTokens,
    offline: application.offline,
    unprovenAddresses: application.unprovenAddresses,
    withoutPkce: application.withoutPkce,
    rotateRefreshTokens: application.rotateRefreshTokens,
    highSecurity: application.highSecurity,
    deviceLogin: application.deviceLogin,
    actsForUsers: application.actsForUsers,
  };
}

/** The columns of an application's row. */
export function rowOf(application: Application) {
  const { id, organizationId, clientId, kind, preset, version, createdAt } = application;
  return { id, organizationId, clientId, kind, preset, version, createdAt, ...columnsOf(application) };
}

/** Inserts an application. */
export async function insertApplication(db: Database, application: Application): Promise<void> {
  await db.insertInto('application').values(rowOf(application)).execute();
}

/** Writes an application that was read at `version`, and tells every server process; false when it was changed since. */
export async function updateApplication(db: Database, application: Application, version: number): Promise<boolean> {
  const rows = await db
    .updateTable('application')
    .set({ ...columnsOf(application), version: version + 1 })
    .where('organizationId', '=', application.organizationId)
    .where('id', '=', application.id)
    .where('version', '=', version)
    .returning(TELL)
    .execute();
  return rows.length > 0;
}

/** Removes an application with its consents, roles and narrowing. */
export async function deleteApplication(
  db: Database,
  organizationId: OrganizationId,
  id: ApplicationId,
): Promise<boolean> {
  const rows = await db
    .deleteFrom('application')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .returning(TELL)
    .execute();
  return rows.length > 0;
}

/** Narrows an application to these organizations and those below; to none: usable by its owner and all below. */
export async function replaceAccess(
  db: Database,
  id: ApplicationId,
  organizationIds: readonly OrganizationId[],
  now: Date,
): Promise<void> {
  // By the application alone: the caller checked that it and all these organizations are its to decide on.
  await db.deleteFrom('applicationAccess').where('applicationId', '=', id).execute();
  if (organizationIds.length === 0) return;
  await db
    .insertInto('applicationAccess')
    .values(
      organizationIds.map((organizationId) => ({
        applicationId: id,
        organizationId,
        createdAt: now,
      })),
    )
    .execute();
}
