import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { after, HOUR } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Caller } from '../organizations/access.ts';
import { createRootOrganization } from '../organizations/create-root-organization.ts';
import { createOrganization } from '../organizations/manage-organizations.ts';
import { createUser } from './create-user.ts';
import { readEmailAddress } from './email-address.ts';
import { findUser } from './find-users.ts';
import { mayLogIn } from './may-log-in.ts';
import { mayLogInSql } from './may-log-in-sql.ts';

let database: TestDatabase;
const now = new Date('2026-11-23T12:00:00Z');
const clock = { now: () => now };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database?.close());

test('one rule, in TypeScript and in SQL: they agree on every state of a user and of the organizations above it', async () => {
  const { db } = database;
  const deps = { db, clock };
  const root = await createRootOrganization(deps, SERVICE, { name: 'Northwind' });
  const caller: Caller = {
    kind: 'operator',
    id: null,
    userId: null,
    name: 'operator',
    role: 'administrator',
    organizationId: root.id,
    organizationPath: root.path,
    factorAt: null,
  };
  const middle = await createOrganization(deps, caller, { name: 'Contoso' });
  const lower = await createOrganization(deps, caller, { managingOrganizationId: middle.id, name: 'Fabrikam' });
  const users: UserId[] = [];
  for (const home of [root, middle, lower]) {
    for (const status of ['pending', 'verified', 'disabled'] as const) {
      for (const until of [null, after(now, -HOUR), now, after(now, HOUR)]) {
        const address = readEmailAddress(`user-${users.length}@contoso.example`)!;
        const user = await createUser(deps, SERVICE, { organizationId: home.id, address, status });
        await sql`update app_user set access_until = ${until} where id = ${user.id}`.execute(db);
        users.push(user.id);
      }
    }
  }
  const suspended: (OrganizationId | null)[] = [null, root.id, middle.id, lower.id];
  let allowed = 0;
  for (const id of suspended) {
    await sql`update organization set suspended_at = case when id = ${id} then ${now}::timestamptz end`.execute(db);
    const { rows } = await sql<{ id: UserId; may: boolean }>`
      select u.id, ${mayLogInSql('u', sql`home.path`, now)} as may
      from app_user u join organization home on home.id = u.organization_id`.execute(db);
    expect(rows).toHaveLength(users.length);
    for (const row of rows) {
      const user = await findUser(deps, row.id);
      expect([row.id, row.may]).toEqual([row.id, mayLogIn(user!, now)]);
      if (row.may) allowed += 1;
    }
  }
  // Two statuses and two ends of access allow it: in 3 organizations, then in 0, 1 and 2 that no suspension reaches.
  expect(allowed).toBe(4 * (3 + 0 + 1 + 2));
});
