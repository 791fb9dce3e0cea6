import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { randomUuid } from '../../src/base/random.ts';
import { parseId } from '../../src/base/ids.ts';
import { findOrganization } from '../../src/organizations/find-organization.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { selectAdministrators } from '../../src/users/user-store.ts';
import type { User } from '../../src/users/user.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { atOnce, inRounds, isExpected, WRITERS } from '../support/at-once.ts';
import type { Send } from '../support/at-once.ts';
import { addApiToken, addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { queryAs } from '../support/query.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let own: TestDatabase;
let service: TestService;
let houses: Northwind;
let administrator: ApiClient;
let program: ApiClient;
let anna: User;
let made = 0;
const deps = () => ({ db: own.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  own = await createTestDatabase({ poolSize: 12 });
  service = await startService({ database: own });
  houses = await foundNorthwind(deps());
  anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  program = apiClient(service.url, await addApiToken(deps(), houses.northwind, 'administrator'));
});
afterAll(async () => {
  await service?.close();
  await own?.close();
});

/** With an Idempotency-Key, which refers to the caller's organization. */
const create = async (client: ApiClient, path: string, body: unknown): Promise<ApiAnswer> =>
  client.send('POST', path, body, { 'idempotency-key': randomUuid() });
const removal = async (path: string, named: string): Promise<ApiAnswer> =>
  administrator.send('DELETE', `${path}?confirm=${encodeURIComponent(named)}`);
const name = (what: string): string => `${what} ${(made += 1)}`;

async function newOrganization(
  below: Organization = houses.northwind,
): Promise<{ path: string; name: string; id: string }> {
  const { body } = await create(program, '/organizations', {
    name: name('Branch'),
    managingOrganizationId: org(below),
  });
  return { path: `/organizations/${body.id}`, name: body.name, id: body.id };
}

async function newApplication(): Promise<{ path: string; name: string; id: string }> {
  const { body } = await create(administrator, `/organizations/${org(houses.northwind)}/applications`, applicationOf());
  const { id, name: named } = body.application as { id: string; name: string };
  return { path: `/organizations/${org(houses.northwind)}/applications/${id}`, name: named, id };
}
const applicationOf = () => {
  const named = name('Application');
  return { name: named, kind: 'web', redirectUris: [`https://${named.toLowerCase().replace(' ', '-')}.example/back`] };
};
const people = (): string => `/organizations/${org(houses.northwind)}/users`;
const newPerson = async (more: Parameters<typeof addUser>[3] = {}): Promise<User> =>
  addUser(deps(), houses.northwind, `${name('person').replace(' ', '-')}@northwind.example`, more);

describe('organizations', () => {
  test('are created', async () => {
    const send: Send = async () => create(program, '/organizations', { name: name('Branch') });
    expect(await inRounds(async () => atOnce(send))).toEqual([201]);
  });

  test('get the same name: one has it', async () => {
    expect(
      await inRounds(async () => {
        const named = name('Wanted');
        return atOnce(async () => create(program, '/organizations', { name: named }));
      }),
    ).toEqual([201, 409]);
  });

  test('are renamed, one by many', async () => {
    const { path } = await newOrganization();
    const { body } = await program.get(path);
    const rename: Send = async () => program.send('PATCH', path, { name: name('Renamed'), version: body.version });
    expect(await atOnce(rename)).toEqual([200, 409]);
  });

  test('are removed, also by two, and while their own people create others below them', async () => {
    const round = async (): Promise<number[]> => {
      const { path, name: named, id } = await newOrganization();
      const branch = (await findOrganization(deps(), parseId('org', id)))!;
      const insider = apiClient(service.url, await addApiToken(deps(), branch, 'administrator'));
      return atOnce(
        async () => removal(path, named),
        async () => create(insider, '/organizations', { name: name('Below') }),
      );
    };
    expect(await inRounds(round)).toSatisfy(isExpected);
  });

  test('are removed while everything is written into them', async () => {
    expect(
      await inRounds(async () => {
        const branch = await newOrganization();
        await create(program, `${branch.path}/invitations`, { addresses: 'maria@branch.example' });
        const userId: string = (await administrator.get(`${branch.path}/users`)).body.items[0].id;
        const application = await newApplication();
        const { body } = await administrator.get(branch.path);
        const remove: Send = async () => removal(branch.path, branch.name);
        return atOnce(
          async () =>
            create(program, `${branch.path}/invitations`, { addresses: 'maria@branch.example, jo@branch.example' }),
          async () => create(administrator, `${branch.path}/applications`, applicationOf()),
          async () => administrator.send('PUT', `${branch.path}/domains/${name('d').replace(' ', '')}.example`),
          async () => administrator.send('PATCH', `${branch.path}/users/${userId}`, { role: 'viewer', version: 1 }),
          async () =>
            administrator.send('PUT', `${branch.path}/authentication`, {
              settings: { method: 'same-as-managing' },
              version: body.version,
            }),
          async () => administrator.send('PATCH', application.path, { access: [branch.id], version: 1 }),
          async () =>
            administrator.send('PUT', `${branch.path}/users/${userId}/application-roles/${application.id}`, {
              organizationId: branch.id,
              roles: ['clerk'],
            }),
          remove,
        );
      }),
    ).toSatisfy(isExpected);
  });

  test('change their method, and go back', async () => {
    const { path } = await newOrganization();
    expect(
      await inRounds(async () => {
        const { body } = await administrator.get(path);
        const method = body.method === 'built-in' ? 'same-as-managing' : 'built-in';
        return atOnce(
          async () =>
            administrator.send('PUT', `${path}/authentication`, { settings: { method }, version: body.version }),
          async () => administrator.send('POST', `${path}/authentication/switch-back`, { version: body.version }),
        );
      }),
    ).toSatisfy(isExpected);
  });

  test('route the same domains in different orders, and claim them', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()];
    expect(
      await inRounds(async () => {
        const domains = [name('a'), name('b'), name('c')].map((each) => `${each.replace(' ', '')}.example`);
        const save =
          (path: string, routeDomains: string[]): Send =>
          async () => {
            const { body } = await administrator.get(path);
            const settings = { method: 'built-in' };
            return administrator.send('PUT', `${path}/authentication`, {
              settings,
              routeDomains,
              version: body.version,
            });
          };
        return atOnce(
          save(one.path, domains),
          save(other.path, domains.toReversed()),
          async () => create(administrator, `${one.path}/domains`, { domain: domains[0] }),
          async () => administrator.send('DELETE', `${other.path}/domains/${domains[2]}`),
        );
      }),
    ).toSatisfy(isExpected);
  });
});

describe('people', () => {
  const invitations = (): string => `/organizations/${org(houses.northwind)}/invitations`;

  test('are invited, the same ones in different orders', async () => {
    expect(
      await inRounds(async () => {
        const addresses = Array.from({ length: 6 }, () => `${name('new').replace(' ', '-')}@northwind.example`);
        const list = (writer: number): string => (writer % 2 === 0 ? addresses : addresses.toReversed()).join(', ');
        return atOnce(async (writer) => create(program, invitations(), { addresses: list(writer) }));
      }),
    ).toSatisfy(isExpected);
  });

  test('are changed, one by many', async () => {
    const path = `${people()}/${usr(await newPerson())}`;
    const { body } = await administrator.get(path);
    const change: Send = async (writer) =>
      administrator.send('PATCH', path, { name: `Anna ${writer}`, version: body.version });
    expect(await atOnce(change)).toEqual([200, 409]);
  });

  test('take each other’s role away in a ring, and disable each other: an administrator stays', async () => {
    const round = async (): Promise<number[]> => {
      const { id, path } = await newOrganization();
      const branch = (await findOrganization(deps(), parseId('org', id)))!;
      const ring = await Promise.all(
        Array.from({ length: WRITERS }, async (_, at) =>
          addUser(deps(), branch, `ring-${at}@branch.example`, { role: 'administrator' }),
        ),
      );
      const clients = await Promise.all(
        ring.map(async (user) => apiClient(service.url, (await addSession(deps(), user)).token)),
      );
      const next = (writer: number): string => `${path}/users/${usr(ring[(writer + 1) % WRITERS]!)}`;
      const statuses = await atOnce(
        async (writer) => clients[writer]!.send('PATCH', next(writer), { role: null, version: 1 }),
        async (writer) => clients[writer]!.send('POST', `${next(writer)}/disable`),
      );
      expect(await selectAdministrators(own.db, branch.id)).not.toEqual([]);
      return statuses;
    };
    expect(await inRounds(round)).toSatisfy(isExpected);
  });

  test('are disabled, reset and removed, one by many', async () => {
    expect(
      await inRounds(async () => {
        const user = await newPerson();
        await addSession(deps(), user);
        const path = `${people()}/${usr(user)}`;
        return atOnce(
          async () => administrator.send('POST', `${path}/disable`),
          async () => administrator.send('POST', `${path}/reset-authenticators`),
          async () => create(program, invitations(), { addresses: user.email }),
          async () => removal(path, user.email),
        );
      }),
    ).toSatisfy(isExpected);
  });
});

describe('applications', () => {
  test('are registered by one owner', async () => {
    const path = `/organizations/${org(houses.northwind)}/applications`;
    expect(await inRounds(async () => atOnce(async () => create(administrator, path, applicationOf())))).toEqual([201]);
  });

  test('are changed, get new secrets, and are removed, one by many', async () => {
    expect(
      await inRounds(async () => {
        const { path, id, name: named } = await newApplication();
        const user = await newPerson();
        const roles = { organizationId: org(houses.northwind), roles: ['clerk', 'auditor'] };
        return atOnce(
          async () => administrator.send('PATCH', path, { access: [org(houses.contoso)], version: 1 }),
          async () => administrator.send('POST', `${path}/rotate-secret`),
          async () => administrator.send('PUT', `${people()}/${usr(user)}/application-roles/${id}`, roles),
          async () => removal(path, named),
        );
      }),
    ).toSatisfy(isExpected);
  });

  test('API tokens are made and revoked', async () => {
    const path = `/organizations/${org(houses.northwind)}/api-tokens`;
    const body = (): unknown => ({ role: 'viewer', expiresInDays: 1 });
    const { body: first } = await create(administrator, path, body());
    const id: string = first.apiToken?.id ?? first.id;
    const statuses = await atOnce(
      async () => create(administrator, path, body()),
      async () => administrator.send('POST', `${path}/${id}/revoke`),
    );
    expect(statuses).toEqual([200, 201]);
  });
});

/** PostgreSQL counts a deadlock also where the transaction was run again; a connection reports what it counted when it ends. */
test('no two of them waited for each other', async () => {
  const { url } = inject('databaseServer');
  const database = new URL(own.url).pathname.slice(1);
  await service.close();
  await own.open.close();
  const ours = `select count(*)::int as open from pg_stat_activity where datname = '${database}'`;
  await expect.poll(async () => (await queryAs<{ open: number }>(url, ours)).rows[0]?.open).toBe(0);
  const counted = `select deadlocks::int from pg_stat_database where datname = '${database}'`;
  expect((await queryAs(url, counted)).rows).toEqual([{ deadlocks: 0 }]);
});
