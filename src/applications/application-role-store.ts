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

/** All application roles of a user; over all organizations in scope, because they hang on the user. */
export async function selectApplicationRoles(db: Database, userId: UserId): Promise<ApplicationRoles[]> {
  return db
    .selectFrom('user_application_role as given')
    .innerJoin('application', 'application.id', 'given.application_id')
    .innerJoin('organization', 'organization.id', 'given.organization_id')
    .select((eb) => [
      'given.application_id as applicationId',
      'application.name as applicationName',
      'given.organization_id as organizationId',
      'organization.name as organizationName',
      eb.fn.agg<string[]>('array_agg', ['given.role']).orderBy('given.role').as('roles'),
    ])
    .where('given.user_id', '=', userId)
    .groupBy(['given.application_id', 'application.name', 'given.organization_id', 'organization.name'])
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
    .deleteFrom('user_application_role')
    .where('user_id', '=', about.userId)
    .where('application_id', '=', about.applicationId)
    .where('organization_id', '=', about.organizationId)
    .execute();
  if (about.roles.length === 0) return;
  await db
    .insertInto('user_application_role')
    .values(
      about.roles.map((role) => ({
        user_id: about.userId,
        application_id: about.applicationId,
        organization_id: about.organizationId,
        role,
        created_at: about.now,
      })),
    )
    .execute();
}

/** Path of the owner of an application, whoever that is: the application may belong to an organization above. */
export async function selectOwnerPath(
  db: Database,
  id: ApplicationId,
): Promise<{ clientId: string; ownerPath: string } | undefined> {
  return db
    .selectFrom('application')
    .innerJoin('organization', 'organization.id', 'application.organization_id')
    .select(['application.client_id as clientId', 'organization.path as ownerPath'])
    .where('application.id', '=', id)
    .executeTakeFirst();
}
