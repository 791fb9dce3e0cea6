import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, operatorAt, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import type { OrganizationId } from '../../src/base/ids.ts';
import { inTransaction } from '../../src/db/database.ts';
import { removeOrganization } from '../../src/organizations/manage-organizations.ts';
import { createUser } from '../../src/users/create-user.ts';
import { countUserDomains } from '../../src/users/find-users.ts';
import { parseEmailAddress } from '../../src/users/email-address.ts';
import { recordLogin } from '../../src/users/record-login.ts';

let service: TestService;
let houses: Northwind;
let api: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url, secrets: service.secrets });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  const anna = await addUser(deps(), houses.northwind, 'admin@northwind.example', { role: 'administrator' });
  api = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => service.close());

/** A user as an invitation makes one, with a name. */
async function person(email: string, name: string | null, organizationId = houses.contoso.id) {
  const address = parseEmailAddress(email);
  return createUser(deps(), SERVICE, {
    organizationId,
    address,
    status: 'verified',
    ...(name === null ? {} : { name }),
  });
}

async function emails(search: string, more = ''): Promise<string[]> {
  const path = `/organizations/${org(houses.contoso)}/users?search=${encodeURIComponent(search)}${more}`;
  return (await api.get(path)).body.items.map(({ email }: { email: string }) => email);
}

async function organizations(search: string): Promise<string[]> {
  const { body } = await api.get(`/organizations?search=${encodeURIComponent(search)}`);
  return body.items.map(({ name }: { name: string }) => name);
}

describe('a search for users', () => {
  beforeAll(async () => {
    await person('anna.north@contoso.example', 'Anna North-Berg');
    await person('b.ürün@mail.contoso.example', 'Ümit O’Brien');
    await person('hannah@fabrikam.example', 'Hannah Annason');
    await person('no-name+anna@contoso.example', null);
  });

  test('finds by the beginning of any word of name, address and domain, whatever the case', async () => {
    expect(await emails('NORTH')).toEqual(['anna.north@contoso.example']);
    expect(await emails('berg')).toEqual(['anna.north@contoso.example']);
    expect(await emails('fabrikam.exa')).toEqual(['hannah@fabrikam.example']);
    expect(await emails('ümi')).toEqual(['b.ürün@mail.contoso.example']);
    expect(await emails('Ürün@')).toEqual(['b.ürün@mail.contoso.example']);
    expect(await emails('@mail.contoso')).toEqual(['b.ürün@mail.contoso.example']);
  });

  test('finds words in a row, over what stands between them', async () => {
    expect(await emails('anna north b')).toEqual(['anna.north@contoso.example']);
    expect(await emails('anna.north@contoso.example')).toEqual(['anna.north@contoso.example']);
    expect(await emails('anna  north@con')).toEqual(['anna.north@contoso.example']);
  });

  test('does not find by letters within a word, and nothing by signs alone', async () => {
    expect(await emails('orth')).toEqual([]);
    for (const signs of ['%', '_', '\\', '. @']) expect(await emails(signs)).toEqual([]);
  });

  test('shows each once, also whom several words find, page by page without a gap', async () => {
    const all = await emails('ann');
    expect(all.toSorted()).toEqual([
      'anna.north@contoso.example',
      'hannah@fabrikam.example',
      'no-name+anna@contoso.example',
    ]);
    const pages: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/organizations/${org(houses.contoso)}/users?search=ann&limit=1${cursor}`);
      expect(body.total).toBe(3);
      pages.push(...body.items.map(({ email }: { email: string }) => email));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(pages).toEqual(all);
  });

  test('follows a changed name and address, and forgets who is removed', async () => {
    const { id } = await person('temp@contoso.example', 'Zacharias Quint');
    const at = `/organizations/${org(houses.contoso)}/users/${usr({ id })}`;
    expect(await emails('zach')).toEqual(['temp@contoso.example']);
    const changed = await api.send('PATCH', at, { name: 'Ottilie Quint', version: 1 });
    expect(changed.status).toBe(200);
    expect(await emails('zach')).toEqual([]);
    expect(await emails('ottilie')).toEqual(['temp@contoso.example']);
    expect((await api.send('DELETE', `${at}?confirm=temp@contoso.example`)).status).toBe(200);
    expect(await emails('quint')).toEqual([]);
  });
});

describe('a search for organizations', () => {
  test('finds by any part of a name or of a routed domain, by name, each once', async () => {
    expect(await organizations('CONTO')).toEqual(['Contoso', 'Contoso Retail']);
    expect(await organizations('o r')).toEqual(['Contoso Retail']);
    expect(await organizations('o')).toEqual(['Contoso', 'Contoso Retail']);
    const domain = `/organizations/${org(houses.fabrikam)}/domains/wide-world.example`;
    expect((await api.send('PUT', domain)).status).toBe(200);
    expect(await organizations('world.ex')).toEqual(['Fabrikam']);
    expect((await api.send('DELETE', domain)).status).toBeLessThan(300);
    expect(await organizations('world.ex')).toEqual([]);
  });
});

/** What the triggers kept, beside what would be written anew. */
async function keptAndAnew(): Promise<[unknown, unknown]> {
  const { db } = service.database;
  const read = async (from: typeof db) =>
    Promise.all([
      from
        .selectFrom('userSearchTerm')
        .selectAll()
        .orderBy('organizationId')
        .orderBy('term')
        .orderBy('userId')
        .execute(),
      from.selectFrom('organizationSearchTerm').selectAll().orderBy('organizationId').orderBy('term').execute(),
      from.selectFrom('organizationUserCount').selectAll().orderBy('organizationId').orderBy('domain').execute(),
    ]);
  const kept = await read(db);
  await service.database.open.migrating(async (owner) => {
    const { rows } = await sql<{
      owner: string;
    }>`select tableowner as owner from pg_tables where tablename = 'app_user'`.execute(owner);
    await owner.transaction().execute(async (tx) => {
      await sql`select set_config('role', ${rows[0]?.owner ?? ''}, true)`.execute(tx);
      await sql`call gatehouse_fill_organization_terms()`.execute(tx);
      await sql`call gatehouse_fill_counts()`.execute(tx);
      await sql`call gatehouse_fill_user_terms()`.execute(tx);
    });
  });
  return [kept, await read(db)];
}

describe('what is kept for lists', () => {
  const count = async (of: { id: OrganizationId }): Promise<number> =>
    (await api.get(`/organizations/${org(of)}`)).body.users;

  test('users who are added at once are all counted, those of a transaction that fails are not', async () => {
    const before = await count(houses.fabrikam);
    const add = async (n: number) => person(`at-once-${n}@fabrikam.example`, null, houses.fabrikam.id);
    await Promise.all(Array.from({ length: 20 }, async (_, n) => add(n)));
    const failing = inTransaction(deps(), async (inside) => {
      await createUser(inside, SERVICE, {
        organizationId: houses.fabrikam.id,
        address: parseEmailAddress('never@fabrikam.example'),
        status: 'verified',
      });
      throw new Error('as it happens');
    });
    await expect(failing).rejects.toThrow('as it happens');
    expect(await count(houses.fabrikam)).toBe(before + 20);
    const { body } = await api.get(`/organizations/${org(houses.fabrikam)}/users`);
    expect(body.total).toBe(before + 20);
  });

  test('who logs in by a method is counted by domain, without those who are disabled', async () => {
    const user = await person('only@one-domain.example', null, houses.contosoRetail.id);
    const read = async () => countUserDomains(deps(), houses.contosoRetail.id);
    expect(await read()).toEqual({
      total: 1,
      breakGlass: 0,
      withRole: 0,
      domains: [{ domain: 'one-domain.example', users: 1 }],
    });
    const path = `/organizations/${org(houses.contosoRetail)}/users/${usr(user)}`;
    expect((await api.send('POST', `${path}/disable`)).status).toBeLessThan(300);
    expect(await read()).toMatchObject({ total: 0, domains: [] });
    expect(await count(houses.contosoRetail)).toBe(1);
  });

  test('is the same as if it were written anew, whatever was changed meanwhile', async () => {
    await removeOrganization(deps(), operatorAt(houses.northwind), {
      organizationId: houses.contosoRetail.id,
      confirm: 'Contoso Retail',
    });
    const [kept, anew] = await keptAndAnew();
    expect(kept).toEqual(anew);
    expect(JSON.stringify(kept)).toContain('at once 7 fabrikam example');
  });

  test('the list of organizations says when somebody logged in last, to the minute', async () => {
    const user = await person('last@fabrikam.example', null, houses.fabrikam.id);
    const last = async () => (await api.get('/organizations?search=fabrikam')).body.items[0].lastLoginAt;
    const log = async () => {
      const at = service.clock.now();
      await recordLogin(deps(), { organizationId: houses.fabrikam.id, userId: user.id, emailProven: false });
      return at.getTime();
    };
    expect(await last()).toBeNull();
    const first = await log();
    expect(Math.abs(Date.parse(await last()) - first)).toBeLessThan(60_000);
    service.clock.advance(120);
    const second = await log();
    expect(Math.abs(Date.parse(await last()) - second)).toBeLessThan(60_000);
  });
});

test('what a login writes of its user is in no index: the row is changed within its page', async () => {
  const { rows } = await sql<{ name: string }>`
    select distinct attribute.attname as name from pg_index
    join pg_attribute attribute on attribute.attrelid = pg_index.indrelid
    where pg_index.indrelid = 'app_user'::regclass
      and (attribute.attnum = any (pg_index.indkey)
        or pg_get_indexdef(pg_index.indexrelid) ~ ('\\m' || attribute.attname || '\\M'))`.execute(service.database.db);
  const names = rows.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['email_key', 'break_glass']));
  for (const written of ['last_login_at', 'version', 'email_proven_at']) expect(names).not.toContain(written);
});
