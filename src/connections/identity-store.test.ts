import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';

const stated = (member: string) => sql`login.state #>> ${sql.lit(`{${member}}`)}`;

test.each([
  ['a subject', ['issuer', 'directory_id', 'subject'], 'identity_of_subject'],
  ['a user', ['user_id'], 'identity_of_user'],
])(
  '%s is found by its own index, also while PostgreSQL does not know how many there are',
  async (_, columns, index) => {
    await using own = await createTestDatabase();
    await own.open.migrating(async (db) => {
      const found = columns.map((column) => {
        const value = column === 'user_id' ? sql`(${stated(column)})::uuid` : stated(column);
        return sql`${sql.ref(`bound.${column}`)} = ${value}`;
      });
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select bound.user_id
      from login left join identity bound on connection_id = (${stated('connection')})::uuid
        and bound.organization_id = (${stated('organization')})::uuid and ${sql.join(found, sql` and `)}
      where login.id = ${'00000000-0000-4000-8000-000000000001'}`.execute(db);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain(`using ${index} on identity`);
    });
  },
);
