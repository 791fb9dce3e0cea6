import { sql } from 'kysely';
import type { Connection } from '../connection.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { Database, Transaction } from '../../db/database.ts';

/** Replaces the rules by which claims give roles. Its version stays: logins under way go on. */
export async function updateRoleRules(
  db: Transaction,
  connection: Pick<Connection, 'organizationId' | 'id'>,
  rules: unknown,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ roleRules: toStorableJson(rules) })
    .where('organizationId', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .execute();
}

/**
 * A version above those of all rules an organization had, under whichever connection: nobody has an editor open on it. Its
 * organization is locked.
 */
export async function selectUnseenVersion(db: Database, organizationId: OrganizationId): Promise<number> {
  const row = await db
    .selectFrom('connection')
    .select(sql<number | null>`max((role_rules ->> 'version')::int)`.as('highest'))
    .where('organizationId', '=', organizationId)
    .where('state', '<>', 'draft')
    .executeTakeFirstOrThrow();
  return (row.highest ?? 0) + 1;
}
