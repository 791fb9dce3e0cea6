import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import { inTransaction, withApiRole } from './database.ts';

/** Tables without an organization, or that only the service touches. Whatever else there is stands under row-level security. */
const OPEN = [
  'former_signing_key',
  'installation',
  'kept_key',
  'rate_limit',
  'rotation_policy',
  'schema_migration',
  'sealing_progress',
  'setup_link',
  'signing_key',
  /^oidc_/,
];
const now = new Date('2026-03-01T12:00:00Z');

let own: TestDatabase;
const root = organization('Northwind Rail');
const northwind = organization('Northwind', root);
const contoso = organization('Contoso', northwind);
const contosoRetail = organization('Contoso Retail', root);

interface Made {
  id: OrganizationId;
  path: string;
  depth: number;
  name: string;
  above: OrganizationId | null;
}

function organization(name: string, above?: Made): Made {
  const id = randomUuid() as OrganizationId;
  return { id, name, path: `${above?.path ?? '/'}${id}/`, depth: (above?.depth ?? 0) + 1, above: above?.id ?? null };
}

function row({ id, path, depth, name, above }: Made) {
  return { id, path, depth, name, managingOrganizationId: above, createdAt: now };
}

beforeAll(async () => {
  own = await createTestDatabase();
  const all = [root, northwind, contoso, contosoRetail];
  await own.db.insertInto('organization').values(all.map(row)).execute();
  await own.db.insertInto('appUser').values(all.map(person)).execute();
});
afterAll(async () => own.close());

function person({ id, name }: Made) {
  const email = `maria@${name.toLowerCase()}.example`;
  return {
    id: randomUuid() as UserId,
    organizationId: id,
    email,
    emailKey: email,
    name: 'Maria',
    status: 'verified' as const,
    createdAt: now,
  };
}

async function seenBy(organizationPath: string): Promise<{ organizations: string[]; users: number }> {
  return withApiRole(own.db, { organizationPath }, async (tx) => ({
    organizations: (await tx.selectFrom('organization').select('name').orderBy('name').execute()).map(
      ({ name }) => name,
    ),
    users: (await tx.selectFrom('appUser').select('id').execute()).length,
  }));
}

describe('in the api role', () => {
  test('a caller sees its organization and those below, never beside or above', async () => {
    expect(await seenBy(root.path)).toEqual({
      organizations: ['Contoso', 'Contoso Retail', 'Northwind', 'Northwind Rail'],
      users: 4,
    });
    expect(await seenBy(northwind.path)).toEqual({ organizations: ['Contoso', 'Northwind'], users: 2 });
    expect(await seenBy(contoso.path)).toEqual({ organizations: ['Contoso'], users: 1 });
  });

  test('no path, or one that does not exist, reaches nothing', async () => {
    const nothing = { organizations: [], users: 0 };
    expect(await seenBy('')).toEqual(nothing);
    expect(await seenBy('%')).toEqual(nothing);
    expect(await seenBy(`${randomUuid()}/`)).toEqual(nothing);
    const { rows } = await inTransaction(own, async ({ db: tx }) => {
      await sql`select set_config('role', current_setting('gatehouse.api_role'), true)`.execute(tx);
      return sql`select id from organization`.execute(tx);
    });
    expect(rows).toEqual([]);
  });

  test('nothing is written into a foreign organization, and nothing moved there', async () => {
    const caller = { organizationPath: contoso.path };
    const insert = withApiRole(own.db, caller, async (tx) =>
      tx
        .insertInto('appUser')
        .values({ ...person(contosoRetail), emailKey: 'new@contoso-retail.example' })
        .execute(),
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
    const move = withApiRole(own.db, caller, async (tx) =>
      tx.updateTable('appUser').set({ organizationId: contosoRetail.id }).execute(),
    );
    await expect(move).rejects.toMatchObject({ code: '42501' });
    const touched = await withApiRole(own.db, caller, async (tx) =>
      tx.updateTable('appUser').set({ name: 'Taken' }).executeTakeFirst(),
    );
    expect(touched.numUpdatedRows).toBe(1n);
    const removed = await withApiRole(own.db, caller, async (tx) =>
      tx.deleteFrom('appUser').where('organizationId', '=', contosoRetail.id).executeTakeFirst(),
    );
    expect(removed.numDeletedRows).toBe(0n);
  });

  test('an organization cannot be moved out of the caller’s reach or made outside of it', async () => {
    const beside = organization('Fabrikam Trading', root);
    const made = withApiRole(own.db, { organizationPath: northwind.path }, async (tx) =>
      tx.insertInto('organization').values(row(beside)).execute(),
    );
    await expect(made).rejects.toMatchObject({ code: '42501' });
    const below = organization('Fabrikam Trading', northwind);
    await withApiRole(own.db, { organizationPath: northwind.path }, async (tx) =>
      tx.insertInto('organization').values(row(below)).execute(),
    );
    await own.db.deleteFrom('organization').where('id', '=', below.id).execute();
  });

  test('signing keys, setup links, codes and tokens are out of reach, and so is migrating', async () => {
    for (const table of [
      'signing_key',
      'former_signing_key',
      'kept_key',
      'sealing_progress',
      'setup_link',
      'oidc_code',
      'oidc_access_token',
      'oidc_refresh_token',
      'oidc_record',
    ]) {
      const read = withApiRole(own.db, { organizationPath: root.path }, async (tx) =>
        sql`select 1 from ${sql.table(table)}`.execute(tx),
      );
      await expect(read).rejects.toMatchObject({ code: '42501' });
    }
    const alter = withApiRole(own.db, { organizationPath: root.path }, async (tx) =>
      sql`alter table app_user disable row level security`.execute(tx),
    );
    await expect(alter).rejects.toMatchObject({ code: '42501' });
  });
});

test('each table asks for the organization of a row, and never for all that the caller reaches', async () => {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_policy join pg_class on pg_class.oid = polrelid
    where polname = 'api' and relname not in ('organization', 'mail_pause')`.execute(own.db);
  expect(tables.length).toBeGreaterThan(35);
  for (const { name } of tables) {
    const plan = await withApiRole(own.db, { organizationPath: root.path }, async (tx) =>
      sql<Record<string, string>>`explain (costs off) select organization_id from ${sql.table(name)}`.execute(tx),
    );
    const lines = plan.rows.map((line) => Object.values(line).join('')).join('\n');
    expect(lines).toContain('Filter: (SubPlan 1)');
    expect(lines).toContain(`id = ${name}.organization_id`);
  }
});

test('every table with an organization stands under row-level security, also for its owner', async () => {
  const { rows } = await sql<{ name: string; enabled: boolean; forced: boolean }>`
    select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`.execute(own.db);
  const bare = rows.filter(({ enabled, forced }) => !(enabled && forced)).map(({ name }) => name);
  expect(
    bare.filter((name) => !OPEN.some((open) => (typeof open === 'string' ? open === name : open.test(name)))),
  ).toEqual([]);
});
