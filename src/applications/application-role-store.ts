import type { ApplicationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** What a user may do in one application for one organization in scope. */
export interface ApplicationRoles {
  applicationId: ApplicationId;
  applicationName: string;
  organizationId: OrganizationId;
  organizationName: string;
  roles: string[];
}

/** All application roles of a user; over all organizations in scope, because they belong to the user. */
export async function selectApplicationRoles(db: Database, userId: UserId): Promise<ApplicationRoles[]> {
  return db
    .selectFrom('userApplicationRole as given')
    .innerJoin('application', 'application.id', 'given.applicationId')
    .innerJoin('organization', 'organization.id', 'given.organizationId')
    .select((eb) => [
      'given.applicationId',
      'application.name as applicationName',
      'given.organizationId',
      'organization.name as organizationName',
      eb.fn.agg<string[]>('array_agg', ['given.role']).orderBy('given.role').as('roles'),
    ])
    .where('given.userId', '=', userId)
    .groupBy(['given.applicationId', 'application.name', 'given.organizationId', 'organization.name'])
    .orderBy('application.name')
    .orderBy('organization.name')
    .execute();
}

/** Replaces what a user may do in one application for one organization in scope. */
export async function replaceApplicationRoles(
  db: Database,
  about: {
    userId: UserId;
    applicationId: ApplicationId;
    organizationId: OrganizationId;
    roles: readonly string[];
    now: Date;
  },
): Promise<void> {
  await db
    .deleteFrom('userApplicationRole')
    .where('userId', '=', about.userId)
    .where('applicationId', '=', about.applicationId)
    .where('organizationId', '=', about.organizationId)
    .execute();
  if (about.roles.length === 0) return;
  await db
    .insertInto('userApplicationRole')
    .values(
      about.roles.map((role) => ({
        userId: about.userId,
        applicationId: about.applicationId,
        organizationId: about.organizationId,
        role,
        createdAt: about.now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing()) // given by another request at this moment
    .execute();
}

/** Those of some applications that users at a path may use (owned there or above). Over all organizations: the owner may stand above. */
export async function selectUsable(
  db: Database,
  path: string,
  ids: readonly ApplicationId[],
): Promise<{ id: ApplicationId; name: string }[]> {
  return db
    .selectFrom('application')
    .innerJoin('organization as owner', 'owner.id', 'application.organizationId')
    .select(['application.id', 'application.name'])
    .where('application.id', 'in', ids)
    .where((eb) => eb(eb.val(path), 'like', eb(eb.ref('owner.path'), '||', '%')))
    .execute();
}

/** Those of some applications that users at a path may use (owned there or above), with a user's roles for one organization. */
export async function selectRolesIn(
  db: Database,
  about: { userId: UserId; organizationId: OrganizationId; path: string; applicationIds: readonly ApplicationId[] },
): Promise<{ applicationId: ApplicationId; clientId: string; roles: string[] }[]> {
  return db
    .selectFrom('application')
    .innerJoin('organization as owner', 'owner.id', 'application.organizationId')
    .select((eb) => [
      'application.id as applicationId',
      'application.clientId',
      eb
        .fn<string[]>('array', [
          eb
            .selectFrom('userApplicationRole as given')
            .select('given.role')
            .whereRef('given.applicationId', '=', 'application.id')
            .where('given.userId', '=', about.userId)
            .where('given.organizationId', '=', about.organizationId)
            .orderBy('given.role'),
        ])
        .as('roles'),
    ])
    .where('application.id', 'in', about.applicationIds)
    .where((eb) => eb(eb.val(about.path), 'like', eb(eb.ref('owner.path'), '||', '%')))
    .forKeyShare('application')
    .execute();
}

/** Path of the owner of an application, which is kept from being removed. Over all organizations: the owner may be one above. */
export async function selectOwnerPath(
  db: Database,
  id: ApplicationId,
): Promise<{ clientId: string; ownerPath: string } | undefined> {
  return db
    .selectFrom('application')
    .innerJoin('organization', 'organization.id', 'application.organizationId')
    .select(['application.clientId', 'organization.path as ownerPath'])
    .where('application.id', '=', id)
    .forKeyShare('application')
    .executeTakeFirst();
}
