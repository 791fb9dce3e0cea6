import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/start-database.ts';
import type { TestDatabase } from '../../../test/support/start-database.ts';
import { addSession, addUser, foundNorthwind } from '../../../test/support/people.ts';
import { systemClock } from '../../base/clock.ts';
import { sha256 } from '../../base/random.ts';
import { createSecretBox } from '../../base/secret-box.ts';
import { createAdapter } from './adapter.ts';
import { UnitOfWork } from './unit-of-work.ts';

let own: TestDatabase;

beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => own.close());

/** The library's storage, within one request. */
async function inRequest(work: (model: ReturnType<typeof createAdapter>) => Promise<void>): Promise<void> {
  const adapter = createAdapter({
    db: own.db,
    secrets: createSecretBox([Buffer.alloc(32, 7)]),
    findClient: async () => undefined,
    findUnregistered: async () => undefined,
  });
  const asked = {
    clientId: null,
    organizationId: null,
    audience: null,
    networkCounter: null,
    mayReadDocument: false,
    remembersProofs: true,
  };
  await UnitOfWork.run(own.db, systemClock.now(), asked, async () => work(adapter));
}

test('the id of an assertion is stored once, a pushed request consumed once', async () => {
  await inRequest(async (model) => {
    await model('ReplayDetection').upsert('an assertion', {}, 60);
    await expect(model('ReplayDetection').upsert('an assertion', {}, 60)).rejects.toThrow('invalid_request');
    await model('PushedAuthorizationRequest').upsert('a request', { request: 'x' }, 60);
    await UnitOfWork.current().flush();
  });
  await inRequest(async (model) => {
    const pushed = model('PushedAuthorizationRequest');
    await pushed.consume('a request');
    await expect(pushed.consume('a request')).rejects.toThrow('invalid_request');
  });
});

test('a grant is that of the token presented, and of no other', async () => {
  const ground = { db: own.db, clock: systemClock, url: 'https://gatehouse.example' };
  const { contoso } = await foundNorthwind(ground);
  const { token } = await addSession(ground, await addUser(ground, contoso, 'maria@contoso.example'));
  const payload = JSON.stringify({ grantId: 'of this token', scope: 'openid' });
  await own.db.updateTable('oidcAccessToken').set({ payload }).where('tokenHash', '=', sha256(token)).execute();
  await inRequest(async (model) => {
    expect(await model('Grant').find('of this token')).toBeUndefined();
    expect(await model('AccessToken').find(token)).toMatchObject({ grantId: 'of this token' });
    expect(await model('Grant').find('of this token')).toMatchObject({ jti: 'of this token' });
    expect(await model('Grant').find('of another')).toBeUndefined();
  });
});
