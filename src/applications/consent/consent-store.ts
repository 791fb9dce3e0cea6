import { sql } from 'kysely';
import type { ApiResourceId, ApplicationId, OrganizationId, UserId } from '../../base/ids.ts';
import { isOfResource, resourceOfConsent } from '../resources/consent-scope.ts';
import { KEPT_CONSENT } from '../resources/consent-sql.ts';
import type { Database, Transaction } from '../../db/database.ts';

/** What may be done at an API resource, as the person was asked. */
export interface Permission {
  resource: string;
  sentence: string;
}

/** What a user allows an application. */
export interface Consent {
  applicationId: ApplicationId;
  name: string;
  ownerName: string;
  /** About the user: scopes of OpenID Connect. */
  scopes: string[];
  /** At API resources, in their words; of those that are gone nothing. */
  permissions: Permission[];
  grantedAt: Date;
}

/** Records what a user allows an application; what was allowed before is replaced. */
export async function upsertConsent(
  db: Database,
  consent: { userId: UserId; organizationId: OrganizationId; applicationId: ApplicationId; scope: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('applicationConsent')
    .values({
      userId: consent.userId,
      applicationId: consent.applicationId,
      organizationId: consent.organizationId,
      scope: consent.scope,
      grantedAt: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['userId', 'applicationId']).doUpdateSet({ scope: consent.scope, grantedAt: now }),
    )
    .execute();
}

/** What a user allows an application now, locked until the transaction ends; undefined before the first consent. */
export async function selectConsentScope(
  db: Transaction,
  about: { userId: UserId; applicationId: ApplicationId },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('applicationConsent')
    .select('scope')
    .where('userId', '=', about.userId)
    .where('applicationId', '=', about.applicationId)
    .forUpdate()
    .executeTakeFirst();
  return row?.scope;
}

/** What a user allows, by the names of the applications; not those to which nobody is asked to allow anything any more. */
export async function selectConsents(db: Database, userId: UserId): Promise<Consent[]> {
  const rows = await db
    .selectFrom('applicationConsent as c')
    .innerJoin('application as a', 'a.id', 'c.applicationId')
    .innerJoin('organization as owner', 'owner.id', 'a.organizationId')
    .select(['a.id as applicationId', 'a.name', 'owner.name as ownerName', 'c.scope', 'c.grantedAt'])
    .where('c.userId', '=', userId)
    .where('c.scope', '<>', '')
    .where('a.firstParty', '=', false)
    .orderBy('a.name')
    .orderBy('a.id')
    .execute();
  const allowed = rows.map((row) => row.scope.split(' '));
  const known = await selectPermissions(db, allowed.flat());
  return rows.map(({ scope: _scope, ...consent }, i) => ({
    ...consent,
    scopes: allowed[i]!.filter((scope) => !isOfResource(scope)),
    permissions: allowed[i]!.flatMap((scope) => known.get(scope) ?? []),
  }));
}

/** Takes back what a user allows an application; undefined where that is nothing. */
export async function withdraw(
  db: Database,
  which: { userId: UserId; applicationId: ApplicationId },
  now: Date,
): Promise<{ name: string; clientId: string } | undefined> {
  const { rows } = await sql<{ name: string; clientId: string }>`
    update application_consent c set scope = '', withdrawn_at = ${now}
    from application a
    where a.id = c.application_id and c.user_id = ${which.userId} and c.application_id = ${which.applicationId}
      and c.scope <> ''
    returning a.name, a.client_id
  `.execute(db);
  return rows[0];
}

/** Takes back what everybody of an organization allows an application; answers who they are. */
export async function withdrawOfOrganization(
  db: Database,
  of: { organizationId: OrganizationId; applicationId: ApplicationId },
  now: Date,
): Promise<UserId[]> {
  const rows = await db
    .updateTable('applicationConsent')
    .set({ scope: '', withdrawnAt: now })
    .where('organizationId', '=', of.organizationId)
    .where('applicationId', '=', of.applicationId)
    .where('scope', '<>', '')
    .returning('userId')
    .execute();
  return rows.map(({ userId }) => userId).toSorted();
}

/**
 * Names and sentences of scopes of API resources, by how they are kept (`resources/consent-scope.ts`); nothing of what is no
 * longer called as it was when it was allowed.
 */
export async function selectPermissions(db: Database, scopes: readonly string[]): Promise<Map<string, Permission>> {
  const ids = new Set(scopes.flatMap((kept) => resourceOfConsent(kept) ?? []));
  if (ids.size === 0) return new Map();
  const rows = await db
    .selectFrom('apiResourceScope as s')
    .innerJoin('apiResource as r', 'r.id', 's.apiResourceId')
    .select([KEPT_CONSENT.as('kept'), 'r.name as resource', 's.description as sentence'])
    .where('r.id', 'in', [...ids] as ApiResourceId[])
    .execute();
  const asked = new Set(scopes);
  return new Map(rows.flatMap(({ kept, ...permission }) => (asked.has(kept) ? [[kept, permission] as const] : [])));
}
