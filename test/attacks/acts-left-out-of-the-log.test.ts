import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { startActingStage, STOCK } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';
import { allow, makeMachine, ORDERS } from '../support/api-resources.ts';
import { makeManaged } from '../support/fixtures.ts';
import { askForTokens } from '../support/relying-application.ts';

// Lesson: a log that keeps one event of many, so as not to be flooded, hides behind the first one what differs from it.

let stage: ActingStage;
beforeAll(async () => {
  stage = await startActingStage();
});
afterAll(async () => stage?.close());

/** Events of one moment have no order: sorted by what they say. */
async function eventsOf(kind: 'application.acted' | 'application.token-issued', clientId: string) {
  const events = await stage.service.database.db
    .selectFrom('auditEvent')
    .select(['organizationId', 'details'])
    .where('kind', '=', kind)
    .where(sql`details ->> 'application'`, '=', clientId)
    .execute();
  const facts = events.map(({ organizationId, details }) => {
    const { resource, scope, organizationInScope } = details as Record<string, unknown>;
    return { organizationId, resource, scope, organizationInScope };
  });
  return facts.toSorted(byText);
}

const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

test('acting at a second API, or with other scopes, is in the log beside the first', async () => {
  const { shop, backend, orders, allowed } = stage;
  await allowed(backend, orders, ['orders:read', 'orders:write']);
  const token = (await stage.tokenOf(shop, { scope: 'openid orders:read orders:write' })).access_token;
  const asked: [string, string][] = [
    [STOCK, 'orders:read'],
    [ORDERS, 'orders:read'],
    [ORDERS, 'orders:read orders:write'],
    [STOCK, 'orders:read'],
    [ORDERS, 'orders:write orders:read'],
  ];
  for (const [resource, scope] of asked) {
    expect((await stage.exchange(backend, token, { resource, scope })).status).toBe(200);
  }
  const events = await eventsOf('application.acted', backend.clientId);
  const said = events.map(({ resource, scope }) => [resource, scope]);
  expect(said).toEqual(asked.slice(0, 3).toSorted(byText));
});

test('acting for a user about a managed organization is in that organization’s log as well', async () => {
  const { service, contoso, maria, shop } = stage;
  const fabrikam = await makeManaged(service, contoso, 'Fabrikam');
  await service.database.db
    .updateTable('appUser')
    .set({ consoleRole: 'viewer' })
    .where('id', '=', maria.userId)
    .execute();
  const clerk = await stage.register('Clerk', { actsForUsers: true });
  await stage.allowed(clerk, stage.stock, ['orders:read']);
  const own = (await stage.tokenOf(shop)).access_token;
  const about = (await stage.tokenOf(shop, { organization: formatId('org', fabrikam.id) })).access_token;
  for (const token of [own, about]) expect((await stage.exchange(clerk, token)).status).toBe(200);
  const what = { resource: STOCK, scope: 'orders:read' };
  const expected = [
    { organizationId: contoso.id, ...what, organizationInScope: formatId('org', contoso.id) },
    { organizationId: contoso.id, ...what, organizationInScope: formatId('org', fabrikam.id) },
    { organizationId: fabrikam.id, ...what, organizationInScope: formatId('org', fabrikam.id) },
  ];
  expect(await eventsOf('application.acted', clerk.clientId)).toEqual(expected.toSorted(byText));
});

test('a machine’s tokens for a second API are in the log, also after a write that failed', async () => {
  const { service, root, orders, stock } = stage;
  const machine = await makeMachine(service, root);
  for (const resource of [orders, stock]) await allow(service, root, machine.application, resource, ['orders:read']);
  const ask = async (resource: string): Promise<number> => {
    const form = { grant_type: 'client_credentials', resource };
    return (await askForTokens(service, { ...machine, redirectUri: '' }, form)).status;
  };
  const logged = async () =>
    (await eventsOf('application.token-issued', machine.clientId)).map(({ resource }) => resource);
  const rename = async (from: string, to: string): Promise<unknown> =>
    service.database.open.migrating(async (db) => sql`alter table ${sql.id(from)} rename to ${sql.id(to)}`.execute(db));
  await rename('audit_event', 'audit_event_away');
  expect(await ask(ORDERS)).toBe(503);
  await rename('audit_event_away', 'audit_event');
  expect(await logged()).toEqual([]);
  for (const resource of [ORDERS, STOCK, ORDERS, STOCK]) expect(await ask(resource)).toBe(200);
  expect(await logged()).toEqual([ORDERS, STOCK]);
});
