import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { randomUuid } from '../../src/base/random.ts';
import { revertUnconfirmed } from '../../src/connections/configure/switch-back.ts';
import { recordFailure } from '../../src/connections/record-outcome.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { configure, eventsOf, inForce } from '../support/federation.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';

/** An unconfirmed connection goes back by itself when its provider refuses it for good, and for nothing less. */
let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});
beforeEach(() => ground.provider.setFaults({}));

test('an unconfirmed connection goes back when its provider stays away, not when it is away', async () => {
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await ground.use('code');
  ground.provider.setFaults({ http: { token: { kind: 'error', status: 503 } } });
  const fail = async (): Promise<unknown> => {
    await using browser = ground.openBrowser();
    await ground.tryLogin(browser);
    return (await inForce(ground.service, ground.organization))?.state;
  };
  expect(await fail()).toBe('unconfirmed');
  ground.service.clock.advance(14 * 60);
  expect(await fail()).toBe('unconfirmed');
  ground.service.clock.advance(61);
  expect(await fail()).toBeUndefined();
  expect(await eventsOf(ground.service, ground.organization)).toContain('connection.reverted');
});

const failureDeps = () => {
  const { database, clock, secrets, url } = ground.service;
  const connectors = new Map() as never;
  return { db: database.db, clock, secrets, connectors, texts: createTexts('Gatehouse'), publicUrl: new URL(url) };
};

test('what a browser says takes no place of what the provider itself answered', async () => {
  await configure(ground.service, ground.organization, { method: 'built-in' });
  await ground.use('code');
  const failure = {
    category: null,
    person: 'provider.refused',
    detail: '',
    values: {},
    providerCode: null,
    correlationId: null,
    said: null,
  } as const;
  const fail = async (code: 'login.refused' | 'login.unreachable', serverToServer: boolean): Promise<unknown> => {
    const connection = (await inForce(ground.service, ground.organization))!;
    await recordFailure(failureDeps(), connection, { ...failure, code, serverToServer, stale: false });
    return (await inForce(ground.service, ground.organization))?.lastFailure;
  };
  expect(await fail('login.refused', false)).toBe('login.refused');
  expect(await fail('login.unreachable', true)).toBe('login.unreachable');
  expect(await fail('login.refused', false)).toBe('login.unreachable');
});

test('what was saved meanwhile, and what has nothing before it, does not go back', async () => {
  const revert = async (change: object): Promise<boolean> => {
    const connection = (await inForce(ground.service, ground.organization))!;
    return revertUnconfirmed(failureDeps(), { ...connection, ...change }, 'login.credential');
  };
  await ground.use('code');
  expect(await revert({ version: 0 })).toBe(false);
  expect(await revert({ id: randomUuid() })).toBe(false);
  const { id } = ground.organization;
  const before = async (previousMethod: string | null): Promise<unknown> =>
    ground.service.database.db
      .updateTable('organization')
      .set({ previousMethod: previousMethod as never })
      .where('id', '=', id)
      .execute();
  for (const method of [null, 'entra-id']) {
    await before(method);
    expect(await revert({})).toBe(false);
  }
  await before('built-in');
  expect((await inForce(ground.service, ground.organization))?.state).toBe('unconfirmed');
});
