import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/support/start-database.ts';
import type { TestDatabase } from '../../test/support/start-database.ts';
import { systemClock } from '../base/clock.ts';
import { createSecretBox } from '../base/secret-box.ts';
import { loadSigningKeys } from './signing-keys.ts';

let own: TestDatabase;

beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => own.close());

const deps = (): Parameters<typeof loadSigningKeys>[0] => ({
  db: own.db,
  clock: systemClock,
  secrets: createSecretBox([Buffer.alloc(32, 7)]),
});

test('a retired key signs no more: another takes its place, and the old one stays to be verified with', async () => {
  const ids = async (): Promise<unknown[]> => (await loadSigningKeys(deps())).keys.map(({ kid }) => kid);
  const first = await ids();
  expect(first).toHaveLength(2);
  expect(await ids()).toEqual(first);
  await own.db.updateTable('signingKey').set({ retiredAt: systemClock.now() }).execute();
  const after = await ids();
  expect(after).toHaveLength(4);
  expect(after).toEqual(expect.arrayContaining(first));
  expect(first).not.toContain(after[0]);
});

test('RSA keys stand first, retired ones too, and nothing but RSA and P-256 is published', async () => {
  await loadSigningKeys(deps());
  await own.db.updateTable('signingKey').set({ retiredAt: systemClock.now() }).execute();
  const { keys } = await loadSigningKeys(deps());
  expect(new Set(keys.map(({ kty, crv }) => crv ?? kty))).toEqual(new Set(['RSA', 'P-256']));
  const types = keys.map(({ kty }) => kty);
  expect(types.lastIndexOf('RSA')).toBeLessThan(types.indexOf('EC'));
});
