import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countStatements } from '../../test/support/count-statements.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { after, systemClock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import { checkDatabase, enterApiRole, inTransaction, isUniqueViolation, withApiRole } from './database.ts';
import type { Database } from './database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  await own.open.migrating(async (db) => {
    await sql`create table note (id int primary key, text text not null)`.execute(db);
    await sql`grant all on note to public`.execute(db);
  });
});
afterAll(async () => own.close());

async function notes(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from note`.execute(own.db);
  return rows[0]?.count ?? -1;
}

describe('a transaction', () => {
  test('is opened once: an operation inside another joins its transaction, and a throw takes back both', async () => {
    const { count } = await countStatements(async () => {
      const attempt = inTransaction(own, async ({ db: outer }) => {
        await sql`insert into note values (1, 'outer')`.execute(outer);
        await inTransaction({ db: outer }, async ({ db: inner }) =>
          sql`insert into note values (2, 'inner')`.execute(inner),
        );
        throw new Error('changed my mind');
      });
      await expect(attempt).rejects.toThrow('changed my mind');
    });
    expect(count.texts.map((text) => text.split(' ')[0])).toEqual(['begin', 'insert', 'insert', 'rollback']);
    expect(await notes()).toBe(0);
  });

  test('runs again from its start after a deadlock, and at most three times', async () => {
    await sql`insert into note values (11, ''), (12, '')`.execute(own.db);
    let runs = 0;
    const barriers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const writeBoth = async (first: number, second: number, mine: 0 | 1): Promise<void> =>
      inTransaction(own, async ({ db }) => {
        runs += 1;
        await sql`update note set text = text || 'x' where id = ${first}`.execute(db);
        barriers[mine].resolve();
        await barriers[mine === 0 ? 1 : 0].promise;
        await sql`update note set text = text || 'x' where id = ${second}`.execute(db);
      });
    await Promise.all([writeBoth(11, 12, 0), writeBoth(12, 11, 1)]);
    const { rows } = await sql`delete from note where id in (11, 12) returning text`.execute(own.db);
    expect({ runs, rows }).toEqual({ runs: 3, rows: [{ text: 'xx' }, { text: 'xx' }] });

    let tried = 0;
    const never = inTransaction(own, async ({ db }) => {
      tried += 1;
      await sql`do $$ begin raise exception 'not now' using errcode = '40001'; end $$`.execute(db);
    });
    await expect(never).rejects.toMatchObject({ code: '40001' });
    expect(tried).toBe(3);
  });

  test('takes one round trip to enter the api role, and leaves it at its end', async () => {
    const { result, count } = await countStatements(async () =>
      withApiRole(own.db, { organizationPath: '/a/' }, async (tx) => {
        const { rows } = await sql`select current_user::text as role,
          current_setting('gatehouse.organization_path') as path`.execute(tx);
        return rows[0];
      }),
    );
    expect(result).toEqual({ role: expect.stringMatching(/^gatehouse_api_[0-9a-f]{8}$/), path: '/a/' });
    expect(count.statements).toBe(2);
    await using one = await createTestDatabase({ poolSize: 1 });
    await withApiRole(one.db, { organizationPath: '/a/' }, async (tx) => checkDatabase(tx, systemClock));
    const { rows } = await sql`select current_user = current_setting('gatehouse.service_role') as back,
      coalesce(current_setting('gatehouse.organization_path', true), '') as path`.execute(one.db);
    expect(rows).toEqual([{ back: true, path: '' }]);
  });

  test('is what the api role needs: on a bare connection it would stay for the next request', async () => {
    // @ts-expect-error a database is not a transaction: forgetting to open one does not compile
    const bare = async (): Promise<void> => enterApiRole(own.db, '/');
    expect(bare).toBeTypeOf('function');
    await expect(
      inTransaction(own, async ({ db: tx }) => withApiRole(tx, { organizationPath: '/' }, async () => {})),
    ).rejects.toThrow('of its own');
  });
});

describe('counting', () => {
  test('tells reads from what reaches the disk', async () => {
    const { count } = await countStatements(async () => {
      await notes();
      await sql`insert into note values (3, 'alone')`.execute(own.db);
      await inTransaction(own, async ({ db: tx }) => sql`select * from note for update`.execute(tx));
      await inTransaction(own, async ({ db: tx }) => sql`update note set text = 'changed'`.execute(tx));
    });
    expect(count).toMatchObject({ statements: 4, commits: 2 });
  });

  test('counts each request for itself, however they overlap', async () => {
    const request = async (reads: number) =>
      countStatements(async () => {
        for (let read = 0; read < reads; read += 1) await notes();
      });
    const all = await Promise.all([1, 2, 3, 4, 5].map(request));
    expect(all.map(({ count }) => count.statements)).toEqual([1, 2, 3, 4, 5]);
  });
});

test('a unique violation is told from other errors, and by its constraint', async () => {
  await sql`insert into note values (9, 'first')`.execute(own.db);
  const error: unknown = await sql`insert into note values (9, 'again')`
    .execute(own.db)
    .catch((cause: unknown) => cause);
  expect(isUniqueViolation(error)).toBe(true);
  expect(isUniqueViolation(error, 'note_pkey')).toBe(true);
  expect(isUniqueViolation(error, 'another')).toBe(false);
  expect(isUniqueViolation(new Error('23505'))).toBe(false);
});

test('a statement that is used again is kept by the server, and made anew when a table changed under it', async () => {
  await using one = await createTestDatabase({ empty: true, poolSize: 1 });
  const kept = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_prepared_statements`.execute(
      one.db,
    );
    return rows[0]?.count ?? 0;
  };
  const read = async (): Promise<unknown> => (await sql`select * from kept where id = ${1}`.execute(one.db)).rows;
  await sql`create table kept (id int)`.execute(one.db);
  await sql`insert into kept values (1)`.execute(one.db);
  await read();
  await read();
  expect(await kept()).toBe(0);
  await read();
  expect(await kept()).toBe(1);
  await sql`alter table kept add column name text`.execute(one.db);
  expect(await read()).toEqual([{ id: 1, name: null }]);
});

test('a kept statement sees what the role of its transaction may see', async () => {
  await using one = await createTestDatabase({ poolSize: 1 });
  const id = randomUuid() as OrganizationId;
  const at = new Date('2026-03-01');
  await one.db
    .insertInto('organization')
    .values({ id, path: `/${id}/`, depth: 1, name: 'Northwind', createdAt: at })
    .execute();
  const count = async (db: Database): Promise<number> =>
    (await db.selectFrom('organization').select('id').where('depth', '=', 1).execute()).length;
  for (let round = 0; round < 8; round += 1) {
    expect(await count(one.db)).toBe(1);
    expect(await withApiRole(one.db, { organizationPath: `/${randomUuid()}/` }, count)).toBe(0);
    expect(await withApiRole(one.db, { organizationPath: `/${id}/` }, count)).toBe(1);
  }
});

test('a database whose clock is another minute is not ready', async () => {
  await checkDatabase(own.db, systemClock);
  const behind = { now: () => after(systemClock.now(), -100) };
  await expect(checkDatabase(own.db, behind)).rejects.toMatchObject({ code: 'database.unavailable' });
});

test('a day comes back as the day it was, in any time zone', async () => {
  const { rows } = await sql`select date '2026-03-01' as day`.execute(own.db);
  expect(rows).toEqual([{ day: '2026-03-01' }]);
});

test('what one process notifies the others hear, also after a lost connection', async () => {
  const heard: string[] = [];
  const stop = await own.open.listen('gatehouse_test', (text) => heard.push(text));
  await sql`select pg_notify('gatehouse_test', 'one')`.execute(own.db);
  await expect.poll(() => heard).toEqual(['one']);
  await own.open.migrating(async (db) =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'gatehouse-listener' and datname = current_database()`.execute(db),
  );
  await expect
    .poll(
      async () => {
        await sql`select pg_notify('gatehouse_test', 'two')`.execute(own.db);
        return heard.includes('two');
      },
      { timeout: 10_000 },
    )
    .toBe(true);
  await stop();
});
