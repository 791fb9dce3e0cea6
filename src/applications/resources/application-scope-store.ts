import type { AllowedApplication, AllowedResource, ApiScope } from './api-resource.ts';
import { KEPT_CONSENT } from './consent-sql.ts';
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

/** What a person is asked to allow: a scope of an API, its sentence, and how consent to it is kept. */
export interface ScopeSentence extends ApiScope {
  kept: string;
  /** Of the API. */
  name: string;
}

/** The sentences of scopes that an application was allowed of an API resource. By the application, whoever asks: for consent. */
export async function selectScopeSentences(db: Database, clientId: string, audience: string): Promise<ScopeSentence[]> {
  return db
    .selectFrom('application')
    .innerJoin('apiResource as r', 'r.organizationId', 'application.organizationId')
    .innerJoin('applicationScope as allowed', (join) =>
      join.onRef('allowed.applicationId', '=', 'application.id').onRef('allowed.apiResourceId', '=', 'r.id'),
    )
    .innerJoin('apiResourceScope as s', (join) =>
      join.onRef('s.apiResourceId', '=', 'r.id').onRef('s.scope', '=', 'allowed.scope'),
    )
    .select(['r.name', 's.scope', 's.description', KEPT_CONSENT.as('kept')])
    .where('application.clientId', '=', clientId)
    .where('r.audience', '=', audience)
    .orderBy('s.place')
    .orderBy('s.scope')
    .execute();
}
