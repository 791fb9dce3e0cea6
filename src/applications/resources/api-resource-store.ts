import { sql } from 'kysely';
import type { ApiResource, ApiScope } from './api-resource.ts';
import type { ApiResourceId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

function selectResources(db: Database) {
  return db
    .selectFrom('apiResource')
    .innerJoin('organization as owner', 'owner.id', 'apiResource.organizationId')
    .select([
      'apiResource.id',
      'apiResource.organizationId',
      'owner.name as ownerName',
      'apiResource.audience',
      'apiResource.name',
      'apiResource.tokenFormat',
      'apiResource.signingAlgorithm',
      'apiResource.tokenLifetime',
      'apiResource.unregisteredApplications',
      'apiResource.version',
      'apiResource.createdAt',
      sql<ApiScope[]>`coalesce((
        select json_agg(json_build_object('scope', s.scope, 'description', s.description) order by s.place, s.scope)
        from api_resource_scope s where s.api_resource_id = api_resource.id), '[]')`.as('scopes'),
    ]);
}

/** What narrows a list of API resources. */
export interface ApiResourceFilter {
  /** Their owner. */
  organizationId: OrganizationId;
  search?: string | undefined;
  /** Place of the last line of the page before. */
  after?: { name: string; id: ApiResourceId } | undefined;
  limit: number;
}

/** A page of the API resources of an organization, by name. */
export async function selectApiResourcesOf(db: Database, filter: ApiResourceFilter): Promise<ApiResource[]> {
  let query = selectResources(db).where('apiResource.organizationId', '=', filter.organizationId);
  const { search, after } = filter;
  if (search !== undefined && search !== '') {
    const like = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where((eb) => eb.or([eb('apiResource.name', 'ilike', like), eb('audience', 'ilike', like)]));
  }
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(lower(api_resource.name), api_resource.id) > (gatehouse_lower(${after.name}), ${after.id}::uuid)`,
    );
  }
  return query
    .orderBy((eb) => eb.fn<string>('lower', ['apiResource.name']))
    .orderBy('apiResource.id')
    .limit(filter.limit)
    .execute();
}

/** One API resource of its owner; `update` locks it until the transaction ends. */
export async function selectApiResource(
  db: Database,
  organizationId: OrganizationId,
  id: ApiResourceId,
  lock?: 'update',
): Promise<ApiResource | undefined> {
  const query = selectResources(db)
    .where('apiResource.organizationId', '=', organizationId)
    .where('apiResource.id', '=', id);
  return (lock === undefined ? query : query.forUpdate('apiResource')).executeTakeFirst();
}

/** The API resource of an audience, whoever's, locked until the transaction ends. */
export async function selectByAudience(db: Database, audience: string): Promise<ApiResource | undefined> {
  return selectResources(db).where('apiResource.audience', '=', audience).forUpdate('apiResource').executeTakeFirst();
}

/** Inserts an API resource without its scopes; false when its audience is taken, by whomever. */
export async function insertApiResource(db: Database, resource: ApiResource): Promise<boolean> {
  const { ownerName: _owner, scopes: _scopes, ...row } = resource;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('apiResource')
    .values(row)
    .onConflict((conflict) => conflict.column('audience').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Writes an API resource that was read at `version`, without its scopes; false when it was changed since. */
export async function updateApiResource(db: Database, resource: ApiResource, version: number): Promise<boolean> {
  const { name, tokenFormat, signingAlgorithm, tokenLifetime, unregisteredApplications } = resource;
  const { numUpdatedRows } = await db
    .updateTable('apiResource')
    .set({ name, tokenFormat, signingAlgorithm, tokenLifetime, unregisteredApplications, version: version + 1 })
    .where('organizationId', '=', resource.organizationId)
    .where('id', '=', resource.id)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Makes the scopes of an API resource these; one that goes is taken from every application that had it. */
export async function replaceScopes(
  db: Database,
  { id, organizationId, scopes }: Pick<ApiResource, 'id' | 'organizationId' | 'scopes'>,
): Promise<void> {
  const names = scopes.map(({ scope }) => scope);
  let gone = db
    .deleteFrom('apiResourceScope')
    .where('organizationId', '=', organizationId)
    .where('apiResourceId', '=', id);
  if (names.length > 0) gone = gone.where('scope', 'not in', names);
  await gone.execute();
  if (names.length === 0) return;
  await db
    .insertInto('apiResourceScope')
    .values(scopes.map((scope, place) => ({ ...scope, apiResourceId: id, organizationId, place })))
    .onConflict((conflict) =>
      conflict.columns(['apiResourceId', 'scope']).doUpdateSet((eb) => ({
        description: eb.ref('excluded.description'),
        place: eb.ref('excluded.place'),
      })),
    )
    .execute();
}

/** Removes an API resource with its scopes and what applications were allowed of them. */
export async function deleteApiResource(
  db: Database,
  organizationId: OrganizationId,
  id: ApiResourceId,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('apiResource')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
