import { sql } from 'kysely';
import type { GrantedResource } from '../../applications/resources/api-resource.ts';
import { grantedResources } from '../../applications/resources/granted-resource-sql.ts';
import { isDocumentUrl } from '../../applications/unregistered/client-document.ts';
import { findOpenResource } from '../../applications/unregistered/find-ground.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { isSuspended } from '../../organizations/suspended-sql.ts';

/** What an application may ask for in its own name. Read in each request, never cached. */
export interface ApplicationAccess {
  name: string;
  /** Of one that nobody registered: the owner of the API resource asked for. */
  ownerId: OrganizationId;
  /** Its owner or an organization above it is suspended. */
  suspended: boolean;
  /** Of the audience asked for; without one up to two of those it may use. */
  resources: GrantedResource[];
}

/** One statement, bound to the client id that authenticated itself or that a token was given to. */
export async function selectApplicationAccess(
  db: Database,
  clientId: string,
  audience: string | null,
): Promise<ApplicationAccess | undefined> {
  if (isDocumentUrl(clientId)) return selectOpenAccess(db, clientId, audience);
  const which = audience === null ? sql`true` : sql`r.audience = ${audience}`;
  const { rows } = await sql<ApplicationAccess>`
    select a.name, a.organization_id as owner_id, ${isSuspended(sql`owner.path`)} as suspended,
      ${grantedResources(which, 2)} as resources
    from application a join organization owner on owner.id = a.organization_id
    where a.client_id = ${clientId}`.execute(db);
  return rows[0];
}

/** Of one that nobody registered, which has nothing of its own: what every such application may ask for. */
async function selectOpenAccess(
  db: Database,
  clientId: string,
  audience: string | null,
): Promise<ApplicationAccess | undefined> {
  const open = audience === null ? undefined : await findOpenResource({ db }, audience);
  if (open === undefined) return undefined;
  return { name: clientId, ownerId: open.ownerId, suspended: open.suspended, resources: [open.resource] };
}
