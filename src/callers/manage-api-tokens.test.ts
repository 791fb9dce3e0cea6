import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiToken, listApiTokens, revokeApiToken, useApiToken } from './manage-api-tokens.ts';
import { addUser } from '../../test/support/people.ts';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { after, DAY } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { Caller } from '../organizations/access.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import { createRootOrganization } from '../organizations/create-root-organization.ts';

let own: TestDatabase;
let now = new Date('2026-03-01T12:00:00Z');
let caller: Caller;
const clock = { now: () => now };

beforeAll(async () => {
  own = await createTestDatabase();
  const root = await createRootOrganization({ db: own.db, clock }, SERVICE, { name: 'Northwind' });
  caller = {
    kind: 'operator',
    id: null,
    userId: null,
    name: 'operator',
    role: 'administrator',
    organizationId: root.id,
    organizationPath: root.path,
    factorAt: null,
  };
});
afterAll(async () => own.close());

test('a token opens what it was made for until it expires, and its use is noted to the minute', async () => {
  const deps = { db: own.db, clock };
  const { token, apiToken } = await createApiToken(deps, caller, {
    organizationId: caller.organizationId,
    role: 'viewer',
  });
  expect(token).toMatch(/^gatehouse_[\w-]{43}$/);
  expect(apiToken.expiresAt).toEqual(after(now, 90 * DAY));
  const stored = await own.db.selectFrom('apiToken').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(token);

  expect(await useApiToken(deps, token)).toMatchObject({
    apiToken: { role: 'viewer' },
    organizationPath: caller.organizationPath,
  });
  now = after(now, 30);
  expect((await useApiToken(deps, token))?.apiToken.lastUsedAt).toEqual(after(now, -30));
  now = after(now, 30);
  await useApiToken(deps, token);
  expect((await useApiToken(deps, token))?.apiToken.lastUsedAt).toEqual(now);
  now = after(now, 90 * DAY);
  expect(await useApiToken(deps, token)).toBeUndefined();
});

test('a revoked token, a changed one and a stranger’s open nothing', async () => {
  const deps = { db: own.db, clock };
  const { token, apiToken } = await createApiToken(deps, caller, {
    organizationId: caller.organizationId,
    role: 'editor',
    days: 1,
  });
  expect(await useApiToken(deps, `${token}x`)).toBeUndefined();
  expect(await useApiToken(deps, '')).toBeUndefined();
  await revokeApiToken(deps, caller, { organizationId: caller.organizationId, id: apiToken.id });
  expect(await useApiToken(deps, token)).toBeUndefined();
  const again = await revokeApiToken(deps, caller, { organizationId: caller.organizationId, id: apiToken.id });
  expect(again.revokedAt).toEqual(now);
  const events = await own.db.selectFrom('auditEvent').select('kind').where('kind', 'like', 'api-token.%').execute();
  expect(events.map(({ kind }) => kind).filter((kind) => kind === 'api-token.revoked')).toHaveLength(1);
  expect(
    (await listApiTokens(deps, caller, { organizationId: caller.organizationId, limit: 1 })).map(({ id }) => id),
  ).toEqual([apiToken.id]);
});

test('nobody makes a token above their role, in another organization, or for ever', async () => {
  const deps = { db: own.db, clock };
  const input = { organizationId: caller.organizationId, role: 'viewer' as const };
  await expect(createApiToken(deps, { ...caller, role: 'editor' }, input)).rejects.toMatchObject({
    code: 'caller.denied',
  });
  const elsewhere = { ...input, organizationId: randomUuid() as OrganizationId };
  await expect(createApiToken(deps, caller, elsewhere)).rejects.toMatchObject({ code: 'organization.not-found' });
  for (const days of [367, 0, -1, 1.5]) {
    await expect(createApiToken(deps, caller, { ...input, days })).rejects.toMatchObject({ code: 'input.malformed' });
  }
  const person = { ...caller, kind: 'user' as const, factorAt: null };
  await expect(createApiToken(deps, person, input)).rejects.toMatchObject({ code: 'caller.stale-factor' });
});

test('a token names its maker: the operator, a user, or another token', async () => {
  const deps = { db: own.db, clock };
  const organization = await findOrganization(deps, caller.organizationId);
  const anna = await addUser(deps, organization!, 'anna@northwind.example', { role: 'administrator' });
  const person: Caller = { ...caller, kind: 'user', id: anna.id, userId: anna.id, factorAt: now };
  const { organizationId } = caller;
  await createApiToken(deps, person, { organizationId, role: 'viewer' });
  const made = await listApiTokens(deps, caller, { organizationId, limit: 100 });
  const makers = made.map(({ maker }) => maker);
  expect(makers).toContainEqual({ kind: 'user', userId: anna.id });
  expect(makers).toContainEqual({ kind: 'operator' });
  const [parent] = made;
  const program: Caller = { ...caller, kind: 'api-token', id: parent!.id, madeByOperator: true };
  const { apiToken } = await createApiToken(deps, program, { organizationId, role: 'viewer' });
  const again = await listApiTokens(deps, caller, { organizationId, limit: 100 });
  const child = again.find(({ id }) => id === apiToken.id);
  expect(child?.maker).toEqual({ kind: 'api-token', apiTokenId: parent!.id });
});
