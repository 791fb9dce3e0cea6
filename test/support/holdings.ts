import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** Everything an organization holds, row for row, but its log: what must be the same after an attack. */
export async function holdingsOf(db: Database, organization: Organization): Promise<Record<string, unknown[]>> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'organization_id'
      and table_name not in ('audit_event', 'audit_pending', 'audit_seal', 'idempotency_key', 'job')
    order by table_name`.execute(db);
  const holdings: Record<string, unknown[]> = {};
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(entry) - array['last_used_at', 'sealed_message', 'next_attempt_at', 'sent_at', 'attempts', 'last_error', 'error_code', 'checking_until', 'checked_at', 'next_check_at', 'finding'] as row from ${sql.table(name)} entry
      where organization_id = ${organization.id} order by to_jsonb(entry)::text`.execute(db);
    holdings[name] = rows.map(({ row }) => row);
  }
  const own = await sql<{ row: unknown }>`select to_jsonb(o) as row from organization o
    where id = ${organization.id} or managing_organization_id = ${organization.id} order by id`.execute(db);
  holdings['organization'] = own.rows.map(({ row }) => row);
  return holdings;
}
