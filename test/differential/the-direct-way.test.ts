import { randomInt } from 'node:crypto';
import { mock } from 'node:test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { furnish, overHttps } from './field.ts';
import type { Field } from './field.ts';
import { runBoth } from './run-both.ts';
import { runEdges } from './run-edges.ts';
import { openWorlds } from './worlds.ts';
import type { Protocol, World, Worlds } from './worlds.ts';

/*
 * The direct way against its oracle, the library: generated requests go to two services on copies of one database, one with
 * and one without the direct way. Every answer (status, headers, body, claims) and every row written has to be the same but for
 * random values, which correspond one to one; and none is a fault of the service (5xx). Half of the requests go to a public
 * URL with http, half to one with https.
 *
 *   npm run differential          20,000 requests; in the suite fewer
 *   DIFFERENTIAL_SEED=1 …         the same requests again
 */

const GIVEN = process.env['DIFFERENTIAL_REQUESTS'];
const REQUESTS = Number(GIVEN ?? 1000);
/** In the suite always the same one. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? (GIVEN === undefined ? 1 : randomInt(2 ** 31)));

/** What requests and changes have ended stays ended: after so many, both begin anew, else most would be refused alike. */
const AT_MOST = 500;

const BEGUN = Date.now();

let opened: Worlds<Field>;

beforeAll(async () => {
  // The library reads the machine's clock: for both worlds time stands still but where it is told to pass.
  mock.timers.enable({ apis: ['Date'], now: BEGUN });
  opened = await openWorlds(furnish);
});
afterAll(async () => {
  await opened?.close();
  mock.timers.reset();
});

/** Begins anew, at the time when people logged in: their sessions end. */
async function beginAnew(protocol: Protocol): Promise<{ worlds: [World, World]; field: Field }> {
  mock.timers.setTime(BEGUN);
  const worlds = await opened.reopen(protocol);
  return { worlds, field: protocol === 'http' ? opened.furnished : overHttps(opened.furnished) };
}

const pass = (seconds: number): void => mock.timers.setTime(Date.now() + seconds * 1000);

test('leaves each thing that is not plain to the library', async () => {
  expect((await runEdges(opened.worlds, opened.furnished, { pass })).join('\n\n')).toBe('');
});

const about = `answers and stores ${REQUESTS / 2} requests over %s as the library does`;
test.each<Protocol>(['http', 'https'])(about, async (protocol) => {
  const requests = Math.ceil(REQUESTS / 2);
  const differing: string[] = [];
  let answered = 0;
  for (let from = 0; from < requests && differing.length === 0; from += AT_MOST) {
    const { worlds, field } = await beginAnew(protocol);
    const seed = SEED + from + (protocol === 'http' ? 0 : 1);
    const run = await runBoth(worlds, field, { seed, requests: Math.min(AT_MOST, requests - from), pass });
    differing.push(...run.differing);
    answered += Object.values(run.direct).reduce((sum, each) => sum + each, 0);
    console.log(JSON.stringify({ protocol, seed, ...run }));
  }
  expect(differing.join('\n\n')).toBe('');
  // Else it would prove nothing.
  expect(answered / requests).toBeGreaterThan(0.25);
});
