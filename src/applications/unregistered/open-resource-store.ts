import { sql } from 'kysely';
import { HOLDS_AUDIENCE } from '../resources/granted-resource-sql.ts';
import { KEPT_CONSENT } from '../resources/consent-sql.ts';
import type { GrantedResource } from '../resources/api-resource.ts';
import type { ScopeSentence } from '../resources/application-scope-store.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { isSuspended } from '../../organizations/suspended-sql.ts';

/** An API resource that applications which nobody registered may ask for, with all its scopes. */
export interface OpenResource {
  ownerId: OrganizationId;
  /** Its owner or an organization above it is suspended. */
  suspended: boolean;
  resource: GrantedResource;
}

/**
 * The API resource of an audience, if applications that nobody registered may ask for it now. For whom is up to the caller: people
 * of its owner and of the organizations below (`resource.peopleOf`).
 */
export async function selectOpenResource(db: Database, audience: string): Promise<OpenResource | undefined> {
  const { rows } = await sql<OpenResource>`
    select r.organization_id as owner_id, ${isSuspended(sql`owner.path`)} as suspended,
      json_build_object('audience', r.audience, 'name', r.name, 'format', r.token_format,
        'algorithm', r.signing_algorithm, 'lifetime', r.token_lifetime, 'peopleOf', owner.path,
        'scopes', json_agg(s.scope order by s.scope),
        'consents', json_agg(${KEPT_CONSENT} order by s.scope)) as resource
    from api_resource r join organization owner on owner.id = r.organization_id
      join api_resource_scope s on s.api_resource_id = r.id
    where r.audience = ${audience} and r.unregistered_applications and ${HOLDS_AUDIENCE}
    group by r.id, owner.path
  `.execute(db);
  return rows[0];
}

/** The sentences of its scopes, for the question whether to allow them. */
export async function selectOpenSentences(db: Database, audience: string): Promise<ScopeSentence[]> {
  return db
    .selectFrom('apiResource as r')
    .innerJoin('apiResourceScope as s', 's.apiResourceId', 'r.id')
    .select(['r.name', 's.scope', 's.description', KEPT_CONSENT.as('kept')])
    .where('r.audience', '=', audience)
    .where('r.unregisteredApplications', '=', true)
    .orderBy('s.place')
    .orderBy('s.scope')
    .execute();
}
