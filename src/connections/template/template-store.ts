import { sql } from 'kysely';
import { inUseSql } from '../in-use-sql.ts';
import type { ConnectionTemplate } from './template.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';

const COLUMNS = [
  'id',
  'organizationId',
  'method',
  'name',
  'clientId',
  'cloud',
  'credential',
  'clientSecretSetAt',
  'credentialExpiresAt',
  'version',
  'createdBy',
  'createdAt',
] as const;

/**
 * A template of an organization; `lock` holds it for the transaction (docs/decisions/0014): `keep` by what refers to it,
 * `remove` by what deletes it.
 */
export async function selectTemplate(
  db: Database,
  organizationId: OrganizationId,
  id: TemplateId,
  lock?: 'keep' | 'change' | 'remove',
): Promise<ConnectionTemplate | undefined> {
  const query = db
    .selectFrom('connectionTemplate')
    .select(COLUMNS)
    .where('organizationId', '=', organizationId)
    .where('id', '=', id);
  const locked = {
    keep: () => query.forKeyShare(),
    change: () => query.forNoKeyUpdate(),
    remove: () => query.forUpdate(),
  };
  return (lock === undefined ? query : locked[lock]()).executeTakeFirst();
}

/** The template a consent belongs to, whoever keeps it: for the holder of its link. */
export async function selectTemplateOfConsent(db: Database, id: TemplateId): Promise<ConnectionTemplate | undefined> {
  return db.selectFrom('connectionTemplate').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** The sealed client secret with its owner. By id alone: the connection that names it is bound to its organization. */
export async function selectSealedTemplateSecret(
  db: Database,
  id: TemplateId,
): Promise<{ organizationId: OrganizationId; sealedClientSecret: Buffer | null } | undefined> {
  return db
    .selectFrom('connectionTemplate')
    .select(['organizationId', 'sealedClientSecret'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A page of an organization's templates, by name. */
export async function selectTemplates(
  db: Database,
  organizationId: OrganizationId,
  page: { search?: string | undefined; after?: { name: string; id: TemplateId } | undefined; limit: number },
): Promise<ConnectionTemplate[]> {
  const { search, after } = page;
  let query = db.selectFrom('connectionTemplate').select(COLUMNS).where('organizationId', '=', organizationId);
  if (search !== undefined && search !== '') {
    query = query.where((eb) => eb(eb.fn('strpos', [eb.fn('lower', ['name']), eb.val(search.toLowerCase())]), '>', 0));
  }
  if (after !== undefined) {
    query = query.where(sql<boolean>`(lower(name), id) > (gatehouse_lower(${after.name}), ${after.id}::uuid)`);
  }
  return query
    .orderBy((eb) => eb.fn<string>('lower', ['name']))
    .orderBy('id')
    .limit(page.limit)
    .execute();
}

/** Inserts a template. A second one of the same name is a unique violation. */
export async function insertTemplate(
  db: Transaction,
  template: ConnectionTemplate,
  sealedClientSecret: Buffer | null,
): Promise<void> {
  await db
    .insertInto('connectionTemplate')
    .values({ ...template, sealedClientSecret })
    .execute();
}

/** Changes a template that still has this version; returns whether it had. */
export async function updateTemplate(
  db: Transaction,
  { id, organizationId, version }: Pick<ConnectionTemplate, 'id' | 'organizationId' | 'version'>,
  change: Partial<Pick<ConnectionTemplate, 'name' | 'clientSecretSetAt' | 'credentialExpiresAt'>> & {
    sealedClientSecret?: Buffer;
  },
): Promise<boolean> {
  const result = await db
    .updateTable('connectionTemplate')
    .set({ ...change, version: version + 1 })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes a template with its consents; connections that nobody can switch back to any more lose their credential. */
export async function deleteTemplate(db: Transaction, organizationId: OrganizationId, id: TemplateId): Promise<void> {
  // Over all organizations below: no connection in force or kept for switching back is among them.
  await db
    .updateTable('connection')
    .set({ templateId: null, credential: 'none' })
    .where('templateId', '=', id)
    .where('state', '=', 'previous')
    .execute();
  await db.deleteFrom('connectionTemplate').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Who uses templates: connections in force, those before that can be switched back to or are used beside, and users of the former. */
export interface TemplateUse {
  inForce: number;
  kept: number;
  users: number;
}

/** By template, over all organizations that use it: its owner is above them. */
export async function countUses(
  db: Database,
  ids: readonly TemplateId[],
  now: Date,
): Promise<Map<TemplateId, TemplateUse>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('connection')
    .select((eb) => [
      'connection.templateId',
      eb.fn.countAll<string>().filterWhere('connection.state', 'in', ['unconfirmed', 'active']).as('inForce'),
      eb.fn
        .countAll<string>()
        .filterWhere('connection.state', '=', 'previous')
        .filterWhere((where) => where.or([where('connection.previousUntil', '>', now), inUseSql(now)]))
        .as('kept'),
      sql<string>`coalesce(sum((select count(*) from app_user where app_user.organization_id = connection.organization_id))
        filter (where connection.state in ('unconfirmed', 'active')), 0)`.as('users'),
    ])
    .where('connection.templateId', 'in', ids)
    .groupBy('connection.templateId')
    .execute();
  return new Map(
    rows.map((row) => [
      row.templateId as TemplateId,
      { inForce: Number(row.inForce), kept: Number(row.kept), users: Number(row.users) },
    ]),
  );
}
