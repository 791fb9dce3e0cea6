import type { AllowedApplication, AllowedResource, ApiScope } from './api-resource.ts';
import type { ApiResourceId, ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** The API resources an application may use, by name. */
export async function selectAllowedResources(
  db: Database,
  organizationId: OrganizationId,
  id: ApplicationId,
): Promise<AllowedResource[]> {
  return db
    .selectFrom('applicationScope as allowed')
    .innerJoin('apiResource', 'apiResource.id', 'allowed.apiResourceId')
    .select((eb) => [
      'apiResource.id',
      'apiResource.name',
      'apiResource.audience',
      eb.fn.agg<string[]>('array_agg', ['allowed.scope']).orderBy('allowed.scope').as('scopes'),
    ])
    .where('allowed.organizationId', '=', organizationId)
    .where('allowed.applicationId', '=', id)
    .groupBy(['apiResource.id', 'apiResource.name', 'apiResource.audience'])
    .orderBy('apiResource.name')
    .orderBy('apiResource.id')
    .execute();
}

/** The applications that may use an API resource, by name. */
export async function selectAllowedApplications(
  db: Database,
  organizationId: OrganizationId,
  id: ApiResourceId,
): Promise<AllowedApplication[]> {
  return db
    .selectFrom('applicationScope as allowed')
    .innerJoin('application', 'application.id', 'allowed.applicationId')
    .select((eb) => [
      'application.id',
      'application.name',
      eb.fn.agg<string[]>('array_agg', ['allowed.scope']).orderBy('allowed.scope').as('scopes'),
    ])
    .where('allowed.organizationId', '=', organizationId)
    .where('allowed.apiResourceId', '=', id)
    .groupBy(['application.id', 'application.name'])
    .orderBy('application.name')
    .orderBy('application.id')
    .execute();
}

/** Makes the scopes of one API resource that an application may ask for these. */
export async function replaceAllowedScopes(
  db: Database,
  about: { organizationId: OrganizationId; applicationId: ApplicationId; apiResourceId: ApiResourceId },
  scopes: readonly string[],
  now: Date,
): Promise<void> {
  await db
    .deleteFrom('applicationScope')
    .where('organizationId', '=', about.organizationId)
    .where('applicationId', '=', about.applicationId)
    .where('apiResourceId', '=', about.apiResourceId)
    .execute();
  if (scopes.length === 0) return;
  await db
    .insertInto('applicationScope')
    .values(scopes.map((scope) => ({ ...about, scope, createdAt: now })))
    .execute();
}

/** The sentences of scopes that an application was allowed of an API resource. By the application, whoever asks: for consent. */
export async function selectScopeSentences(
  db: Database,
  clientId: string,
  audience: string,
): Promise<{ name: string; scopes: ApiScope[] } | undefined> {
  const rows = await db
    .selectFrom('application')
    .innerJoin('apiResource', 'apiResource.organizationId', 'application.organizationId')
    .innerJoin('applicationScope as allowed', (join) =>
      join.onRef('allowed.applicationId', '=', 'application.id').onRef('allowed.apiResourceId', '=', 'apiResource.id'),
    )
    .innerJoin('apiResourceScope as described', (join) =>
      join.onRef('described.apiResourceId', '=', 'apiResource.id').onRef('described.scope', '=', 'allowed.scope'),
    )
    .select(['apiResource.name', 'described.scope', 'described.description'])
    .where('application.clientId', '=', clientId)
    .where('apiResource.audience', '=', audience)
    .orderBy('described.place')
    .orderBy('described.scope')
    .execute();
  const first = rows[0];
  if (first === undefined) return undefined;
  return { name: first.name, scopes: rows.map(({ scope, description }) => ({ scope, description })) };
}
