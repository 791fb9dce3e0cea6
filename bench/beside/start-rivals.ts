import { join } from 'node:path';
import { commitOf } from '../performance-page.ts';
import { createDatabase, gatehouse, rival as oidcProvider, type RivalSettings } from '../contenders.ts';
import { rivalOf, type FlowName, type Rival, type RivalKey } from './rival.ts';

/** What a rival is started with. */
export interface Ground {
  /** Of the PostgreSQL that all share; each gets a database of its own. */
  serverUrl: string;
  /** A folder that is removed in the end. */
  folder: string;
  /** Another built checkout. */
  against: string | undefined;
  wanted: ReadonlySet<FlowName>;
  say: (text: string) => void;
}

/** Starts one rival; several where one server stands for several. Throws a sentence where the machine lacks what it needs. */
export async function startRival(key: RivalKey, ground: Ground): Promise<Rival[]> {
  const start = STARTS[key];
  if (start === undefined) throw new Error('it cannot be started here');
  return start(ground);
}

const provider =
  (key: RivalKey, name: string, settings: Omit<RivalSettings, 'databaseUrl'>) =>
  async ({ serverUrl }: Ground): Promise<Rival[]> => {
    const databaseUrl = settings.adapter === 'map' ? '' : await createDatabase(serverUrl, `beside_${key}`);
    return [rivalOf(key, await oidcProvider(name, { ...settings, databaseUrl }))];
  };

const STARTS: Readonly<Partial<Record<RivalKey, (ground: Ground) => Promise<Rival[]>>>> = {
  async gatehouse({ serverUrl, folder }) {
    const databaseUrl = await createDatabase(serverUrl, 'beside_gatehouse');
    return [rivalOf('gatehouse', await gatehouse('Gatehouse', join(folder, 'now'), databaseUrl))];
  },
  async before({ serverUrl, folder, against }) {
    if (against === undefined) throw new Error('no other build was given (--against)');
    const databaseUrl = await createDatabase(serverUrl, 'beside_before');
    const name = `Gatehouse ${commitOf(against)}`;
    return [rivalOf('before', await gatehouse(name, join(folder, 'before'), databaseUrl, against))];
  },
  prepared: provider('prepared', 'one-table adapter, prepared', { adapter: 'table', prepared: true }),
  unprepared: provider('unprepared', 'one-table adapter, unprepared', { adapter: 'table' }),
  map: provider('map', 'in-process map', { adapter: 'map' }),
  batching: provider('batching', 'batching adapter', { adapter: 'batching' }),
};
