import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatehouse } from '../support/command-line.ts';
import type { Settings } from '../support/command-line.ts';
import { gatehouseHere } from '../support/run-here.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { systemClock } from '../../src/base/clock.ts';
import { formatId } from '../../src/base/ids.ts';
import type { OrganizationId, UserId } from '../../src/base/ids.ts';
import { randomUuid, sha256 } from '../../src/base/random.ts';
import { createRootOrganization } from '../../src/organizations/create-root-organization.ts';
import { pathBelow } from '../../src/organizations/organization.ts';
import { useApiToken } from '../../src/callers/manage-api-tokens.ts';

let own: TestDatabase;
let settings: Settings;
let root: OrganizationId;
const maria = 'maria@northwind.example';

beforeAll(async () => {
  own = await createTestDatabase();
  settings = { DATABASE_URL: own.url, GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
});
afterAll(async () => own.close());

async function addUser(organizationId: OrganizationId, email: string): Promise<UserId> {
  const id = randomUuid() as UserId;
  await own.db
    .insertInto('appUser')
    .values({
      id,
      organizationId,
      email,
      emailKey: email,
      status: 'verified',
      createdAt: systemClock.now(),
    })
    .execute();
  return id;
}

async function addOrganization(name: string): Promise<OrganizationId> {
  const id = randomUuid() as OrganizationId;
  const path = pathBelow(`/${root}/`, id);
  await own.db
    .insertInto('organization')
    .values({ id, managingOrganizationId: root, path, depth: 2, name, createdAt: systemClock.now() })
    .execute();
  return id;
}

test('setup prints a link until somebody set the service up', async () => {
  const words = ['setup', '--organization', 'Northwind', '--email', maria, '--json'];
  const open = await gatehouse(words, settings);
  expect(open.code).toBe(0);
  const secret = String(JSON.parse(open.out).url).split('/').at(-1) ?? '';
  const [link] = await own.db.selectFrom('setupLink').select(['tokenHash', 'organizationName', 'email']).execute();
  expect(link).toEqual({ tokenHash: sha256(secret), organizationName: 'Northwind', email: maria });

  root = (await createRootOrganization({ db: own.db, clock: systemClock }, SERVICE, { name: 'Northwind' })).id;
  const closed = await gatehouse(words, settings);
  expect(closed.code).toBe(1);
  expect(JSON.parse(closed.err)).toMatchObject({ error: { code: 'setup.closed' } });
});

test('token create prints a token that works for the organization, and records who made it', async () => {
  const words = [
    'token',
    'create',
    '--organization',
    formatId('org', root),
    '--role',
    'editor',
    '--expires',
    '3',
    '--json',
  ];
  const { code, out } = await gatehouseHere(words, settings);
  expect(code).toBe(0);
  const { token } = JSON.parse(out) as { token: string };
  expect(await useApiToken({ db: own.db, clock: systemClock }, token)).toMatchObject({
    apiToken: { role: 'editor', organizationId: root },
  });
  const event = await own.db
    .selectFrom('auditEvent')
    .select(['actorKind', 'actorName'])
    .where('kind', '=', 'api-token.created')
    .executeTakeFirstOrThrow();
  expect(event).toMatchObject({ actorKind: 'operator', actorName: expect.stringMatching(/./) });
});

test('token create without a role, with another role or for too long is wrong usage', async () => {
  const words = ['token', 'create', '--organization', formatId('org', root)];
  expect(await gatehouseHere(words, settings)).toMatchObject({ code: 2 });
  expect(await gatehouseHere([...words, '--role', 'owner'], settings)).toMatchObject({ code: 2 });
  expect(await gatehouseHere([...words, '--role', 'viewer', '--expires', '400'], settings)).toMatchObject({ code: 2 });
});

test('recover finds the user: the root organization’s first, else the only one, else it asks for the organization', async () => {
  const [contoso, contosoRetail] = [await addOrganization('Contoso'), await addOrganization('Contoso Retail')];
  const unknown = await gatehouseHere(['recover', '--email', maria], settings);
  expect(unknown).toMatchObject({ code: 1, err: `No user has the address ${maria}.` });

  const atContoso = await addUser(contoso, maria);
  expect(await recovered(maria)).toBe(formatId('usr', atContoso));
  await addUser(contosoRetail, maria);
  const several = await gatehouseHere(['recover', '--email', maria], settings);
  expect(several.code).toBe(1);
  expect(several.err).toContain(formatId('org', contosoRetail));
  expect(await recovered(maria, '--organization', formatId('org', contoso))).toBe(formatId('usr', atContoso));
  const atRoot = await addUser(root, maria);
  expect(await recovered(maria.toUpperCase())).toBe(formatId('usr', atRoot));

  const links = await own.db
    .selectFrom('resetLink')
    .select(['userId', 'kind', 'revokedAt'])
    .orderBy('createdAt')
    .execute();
  expect(links.map(({ kind, revokedAt }) => [kind, revokedAt === null])).toEqual([
    ['recovery', false], // replaced by the next one of the same user
    ['recovery', true],
    ['recovery', true],
  ]);
});

async function recovered(email: string, ...more: string[]): Promise<unknown> {
  const { code, out, err } = await gatehouseHere(['recover', '--email', email, '--json', ...more], settings);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const answer = JSON.parse(out) as { url: string; userId: string };
  const secret = answer.url.split('/').at(-1) ?? '';
  const link = await own.db.selectFrom('resetLink').select('id').where('tokenHash', '=', sha256(secret)).execute();
  expect(link).toHaveLength(1);
  return answer.userId;
}
