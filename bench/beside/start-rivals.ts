import { join } from 'node:path';
import { commitOf } from '../performance-page.ts';
import { createDatabase, gatehouse, rival as oidcProvider, type RivalSettings } from '../contenders.ts';
import { startBare } from '../rivals/bare/bare.ts';
import { startBetterAuth } from '../rivals/better-auth/better-auth.ts';
import { startPolis } from '../rivals/polis/polis.ts';
import { EARLIER, makeEarlierBuild } from '../rivals/earlier-build.ts';
import { startKeycloak } from '../rivals/keycloak/keycloak.ts';
import { rivalOf, type FlowName, type Rival, type RivalKey } from './rival.ts';

/** What a rival is started with. */
export interface Ground {
  /** Of the PostgreSQL that all share; each gets a database of its own. */
  serverUrl: string;
  /** A folder that is removed in the end. */
  folder: string;
  /** Another built checkout, instead of the earlier build that is made from the history. */
  against: string | undefined;
  wanted: ReadonlySet<FlowName>;
  say: (text: string) => void;
}

/** Starts one rival, or several where one server stands for several. */
export interface Starter {
  keys: readonly RivalKey[];
  /** Throws a sentence where the machine lacks what it needs. */
  start: (ground: Ground) => Promise<readonly Rival[]>;
}

const provider = (key: RivalKey, name: string, settings: Omit<RivalSettings, 'databaseUrl'>): Starter => ({
  keys: [key],
  async start({ serverUrl }) {
    const databaseUrl = settings.adapter === 'map' ? '' : await createDatabase(serverUrl, `beside_${key}`);
    return [rivalOf(key, await oidcProvider(name, { ...settings, databaseUrl }))];
  },
});

/** People with a password: more than log in within a turn, since each has one code in half a minute. */
const PEOPLE = 160;

const build = (key: RivalKey, find: (ground: Ground) => Promise<{ name: string; checkout?: string }>): Starter => ({
  keys: [key],
  async start(ground) {
    const { serverUrl, folder, wanted, say } = ground;
    const { name, checkout } = await find(ground);
    const databaseUrl = await createDatabase(serverUrl, `beside_${key}`);
    const started = await gatehouse(name, join(folder, key), databaseUrl, checkout);
    const people = wanted.has('password') ? started.addPeople?.(PEOPLE) : undefined;
    const enrolled = await people?.catch((error: unknown) => {
      say(`${name}, people with a password: ${error instanceof Error ? error.message : 'unknown'}`);
      return undefined;
    });
    return [rivalOf(key, started, enrolled)];
  },
});

/** In the order of the page. */
export const STARTERS: readonly Starter[] = [
  build('gatehouse', () => Promise.resolve({ name: 'Gatehouse' })),
  build('before', async ({ against, say }) => {
    if (against !== undefined) return { name: `Gatehouse ${commitOf(against)}`, checkout: against };
    say(`Building Gatehouse ${EARLIER}, if it is not there …`);
    return { name: `Gatehouse ${EARLIER}`, checkout: await makeEarlierBuild() };
  }),
  provider('prepared', 'one-table adapter, prepared', { adapter: 'table', prepared: true }),
  provider('unprepared', 'one-table adapter, unprepared', { adapter: 'table' }),
  provider('map', 'in-process map', { adapter: 'map' }),
  provider('batching', 'batching adapter', { adapter: 'batching' }),
  {
    keys: ['better-auth'],
    start: async ({ serverUrl, folder }) => [
      await startBetterAuth(await createDatabase(serverUrl, 'beside_better_auth'), folder),
    ],
  },
  {
    keys: ['keycloak', 'keycloak-as-it-comes'],
    start: async ({ serverUrl, folder, say }) =>
      startKeycloak(await createDatabase(serverUrl, 'beside_keycloak'), folder, say),
  },
  {
    keys: ['polis'],
    start: async ({ serverUrl, folder }) => [await startPolis(await createDatabase(serverUrl, 'beside_polis'), folder)],
  },
  {
    keys: ['bare'],
    start: async ({ serverUrl }) => [await startBare(await createDatabase(serverUrl, 'beside_bare'))],
  },
];
