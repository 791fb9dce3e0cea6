import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { migrate, readMigrations } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open-database.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';

/** A database as `npm start` makes it: one user migrates, another serves. */
let dataFolder: string;
let database: OpenDatabase;
/** As somebody who has the password of the service's user. */
let attacker: pg.Client;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'gatehouse-roles-'));
  database = await openDatabase({ source: { dataFolder }, log: silentLog, poolSize: 2 });
  await migrate({ database, clock: systemClock }, await readMigrations());
  attacker = new pg.Client(database.url);
  await attacker.connect();
  await attacker.query(`insert into audit_event (id, organization_id, occurred_at, kind, actor_kind)
    values (gen_random_uuid(), gen_random_uuid(), '2026-03-01', 'login.finished', 'service')`);
});
afterAll(async () => {
  await attacker?.end();
  await database?.close();
  await rm(dataFolder, { recursive: true, force: true });
});

describe('with the password of the service’s user', () => {
  test('the service itself works in a role that owns nothing', async () => {
    const { rows } = await attacker.query(`select count(*)::int as owned from pg_class
      where pg_get_userbyid(relowner) = current_user or pg_has_role(relowner, 'MEMBER')`);
    expect(rows).toEqual([{ owned: 0 }]);
  });

  test.each([
    'update audit_event set kind = $$other$$',
    'delete from audit_event',
    'truncate audit_event',
    'alter table audit_event disable row level security',
    'alter table audit_event no force row level security',
    'drop policy service on audit_event',
    'drop table audit_event',
    'alter table audit_event owner to current_user',
    'create trigger t before insert on audit_event for each row execute function suppress_redundant_updates_trigger()',
    'create rule r as on insert to audit_event do instead nothing',
    'create table elsewhere (id int)',
    'create role another login',
    'update schema_migration set digest = $$$$',
    'update installation set role_suffix = $$00000000$$',
    'set session_replication_role = replica',
  ])('%s: refused', async (statement) => {
    await expect(attacker.query(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:42501|0LP01)$/) });
  });

  test('everything that works with the owner’s rights looks for tables of a session last', async () => {
    const { rows } = await attacker.query<{ name: string; path: string | null }>(`
      select proname as name, proconfig::text as path from pg_proc
      where prosecdef and pronamespace = current_schema()::regnamespace and proname like 'gatehouse%'`);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ path }) => !/search_path=.*, pg_temp"/.test(path ?? ''))).toEqual([]);
  });

  test('it cannot become the owner', async () => {
    const { rows } = await attacker.query<{ name: string }>(
      `select rolname as name from pg_roles where rolname like 'gatehouse_owner%'`,
    );
    expect(rows).toHaveLength(2);
    for (const { name } of rows) {
      await expect(attacker.query(`set role ${name}`)).rejects.toMatchObject({ code: '42501' });
      await expect(attacker.query(`grant ${name} to gatehouse`)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('it cannot grant itself more', async () => {
    await attacker.query('grant update on audit_event to current_user'); // a warning, and nothing granted
    await expect(attacker.query('update audit_event set kind = $$other$$')).rejects.toMatchObject({ code: '42501' });
  });

  test('what was recorded is still there', async () => {
    const { rows } = await attacker.query('select kind from audit_event');
    expect(rows).toEqual([{ kind: 'login.finished' }]);
  });

  test('a table of its own session does not stand in for one of ours where the owner’s rights are used', async () => {
    await attacker.query(`
      create temporary table audit_pending (organization_id uuid, event_id uuid);
      grant all on pg_temp.audit_pending to public;
      create function pg_temp.as_owner() returns trigger language plpgsql as
        $$ begin delete from audit_event where id <> new.event_id; return null; end $$;
      create trigger as_owner after insert on pg_temp.audit_pending for each row execute function pg_temp.as_owner()`);
    await attacker.query(`insert into audit_event (id, organization_id, occurred_at, kind, actor_kind)
      values (gen_random_uuid(), gen_random_uuid(), '2026-03-02', 'login.finished', 'service')`);
    await attacker.query('drop table pg_temp.audit_pending');
    const { rows } = await attacker.query('select count(*)::int as kept from audit_event');
    expect(rows).toEqual([{ kept: 2 }]);
  });
});
