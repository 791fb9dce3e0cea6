import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { recordEvent } from '../../src/audit/record-event.ts';
import type { LoginId, UserId } from '../../src/base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import { inTransaction } from '../../src/db/database.ts';

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

describe('a list of more than a thousand', () => {
  beforeAll(async () => {
    const many = Array.from({ length: 1001 }, (_, n) => ({
      id: randomUuid() as UserId,
      organizationId: houses.northwind.id,
      email: `worker-${n}@northwind.example`,
      emailKey: `worker-${n}@northwind.example`,
      name: n % 2 === 0 ? 'Even Worker' : 'Odd Worker',
      status: 'verified' as const,
      createdAt: service.clock.now(),
    }));
    const { db } = service.database;
    await db.insertInto('appUser').values(many).execute();
    const logins = many.map((user, n) => ({
      id: randomUuid() as LoginId,
      handleHash: sha256(randomSecret()),
      reference: `R${n}`,
      clientId: 'console',
      organizationId: houses.northwind.id,
      userId: user.id,
      step: 'finished',
      state: JSON.stringify({ login: { email: user.email } }),
      request: '{}',
      createdAt: new Date(service.clock.now().getTime() - n * 1000),
      expiresAt: service.clock.now(),
    }));
    await db.insertInto('login').values(logins).execute();
  });
  const of = () => `/organizations/${org(houses.northwind)}`;

  test('is counted exactly as a whole, and not where a search finds so many', async () => {
    expect((await api.get(`${of()}/users`)).body.total).toBe(1002);
    expect((await api.get(`${of()}/users?search=worker`)).body.total).toBeNull();
    expect((await api.get(`${of()}/users?status=verified`)).body.total).toBeNull();
    expect((await api.get(`${of()}/users?search=even`)).body.total).toBe(501);
    expect((await api.get(`${of()}/users?search=worker&status=disabled`)).body).toMatchObject({
      total: null,
      items: [],
    });
  });

  test('logins of very many people and of one are found alike, the newest first', async () => {
    const found = async (search: string) =>
      (await api.get(`${of()}/logins?search=${encodeURIComponent(search)}&limit=2`)).body.items.map(
        ({ reference }: { reference: string }) => reference,
      );
    expect(await found('even wor')).toEqual(['R0', 'R2']);
    expect(await found('odd')).toEqual(['R1', 'R3']);
    expect(await found('worker-17@')).toEqual(['R17']);
    expect(await found('r900')).toEqual(['R900']);
    expect(await found('orker')).toEqual([]);
  });
});

describe('the audit log', () => {
  test('of a user holds what was done to them and by them, each once, page by page', async () => {
    const maria = await addUser(deps(), houses.contoso, 'maria@contoso.example');
    const other = await addUser(deps(), houses.contoso, 'other@contoso.example');
    const actor = { kind: 'user', id: maria.id, name: 'Maria' } as const;
    const event = {
      organizationId: houses.contoso.id,
      kind: 'user.disabled',
      actor,
      details: { email: 'maria@contoso.example' },
    } as const;
    await inTransaction(deps(), async (inside) => {
      await recordEvent(inside, { ...event, userId: maria.id });
      await recordEvent(inside, { ...event, userId: other.id });
      await recordEvent(inside, event);
      await recordEvent(inside, { ...event, actor: SERVICE, userId: other.id });
    });
    const path = `/organizations/${org(houses.contoso)}/audit-events`;
    const all = (await api.get(`${path}?userId=${usr(maria)}`)).body.items.map(({ id }: { id: string }) => id);
    // Three of these and her invitation or creation.
    expect(new Set(all).size).toBe(all.length);
    const changed = (await api.get(`${path}?userId=${usr(maria)}&kind=user.disabled`)).body.items;
    expect(changed).toHaveLength(3);
    const pages: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`${path}?userId=${usr(maria)}&limit=1${cursor}`);
      pages.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(pages).toEqual(all);
  });
});
