import { randomInt } from 'node:crypto';
import { mock } from 'node:test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { furnish } from './field.ts';
import type { Field } from './field.ts';
import { runBoth } from './run-both.ts';
import { runEdges } from './run-edges.ts';
import { openWorlds } from './worlds.ts';
import type { World } from './worlds.ts';

/*
 * The direct way against its oracle, the library: generated requests go to two services on copies of one database, one with
 * and one without the direct way. Every answer (status, headers, body, claims) and every row written has to be the same but for
 * random values, which correspond one to one.
 *
 *   npm run differential          20,000 requests; in the suite fewer
 *   DIFFERENTIAL_SEED=1 …         the same requests again
 */

const GIVEN = process.env['DIFFERENTIAL_REQUESTS'];
const REQUESTS = Number(GIVEN ?? 1000);
/** In the suite always the same one. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? (GIVEN === undefined ? 1 : randomInt(2 ** 31)));

let worlds: [World, World];
let field: Field;
let close: () => Promise<void>;

beforeAll(async () => {
  // The library reads the machine's clock: for both worlds time stands still but where it is told to pass.
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  ({ worlds, furnished: field, close } = await openWorlds(furnish));
});
afterAll(async () => {
  await close?.();
  mock.timers.reset();
});

const pass = (seconds: number): void => mock.timers.setTime(Date.now() + seconds * 1000);

test('leaves each thing that is not plain to the library', async () => {
  expect((await runEdges(worlds, field, { pass })).join('\n\n')).toBe('');
});

test(`answers and stores ${REQUESTS} requests as the library does`, async () => {
  const { differing, direct, ...figures } = await runBoth(worlds, field, { seed: SEED, requests: REQUESTS, pass });
  console.log(JSON.stringify({ seed: SEED, direct, ...figures }));
  expect(differing.join('\n\n')).toBe('');
  // Else it would prove nothing.
  const shares = Object.values(direct).reduce((sum, each) => sum + each, 0) / REQUESTS;
  expect(shares).toBeGreaterThan(0.25);
});
