import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSilentLogin } from '../../../bench/load/silent-login.ts';
import { runLoad } from '../../../bench/load/closed-loop.ts';
import { runOpenLoop } from '../../../bench/load/open-loop.ts';
import { freePort } from '../../../demo/free-port.ts';
import { startExternalPostgres } from '../../support/external-postgres.ts';
import { queryAs } from '../../support/query.ts';
import type { Figure } from '../figures.ts';
import { LOGIN_SETTINGS, setUpForLogins, wholeLogins } from '../ground/logins.ts';
import { look } from '../ground/watch.ts';
import { start } from '../installation.ts';
import { isFlat } from './is-flat.ts';

/** Of ten logins so many begin with an address. */
const WHOLE_OF_TEN = 1;
const SAMPLE_MS = 30_000;
/** How the machine's maximum is found, and what of it the load is. */
const MAXIMUM = { concurrency: 16, seconds: 20, warmUpSeconds: 20 };
const SHARE = 0.7;

interface Sample {
  /** Seconds since the load began. */
  at: number;
  memory: number;
  descriptors: number;
  logins: number;
  /** Bytes by table, its partitions and indexes with it. */
  tables: ReadonlyMap<string, number>;
}

/**
 * Logins at a fixed rate for so many minutes. Every 30 seconds memory, descriptors and sizes of tables are sampled; after a
 * third of the time, which is the warm-up, memory and descriptors must be flat by {@link isFlat}, and a table may grow by no
 * more for each login than it did within the warm-up.
 * @param asked logins a second; left out, seven tenths of what 16 browsers without a pause reach here
 */
export async function soak(minutes: number, asked?: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-soak-'));
  await using server = await startExternalPostgres({ settings: { autovacuum: 'on' } });
  const service = await start({
    ...LOGIN_SETTINGS,
    PORT: String(await freePort()),
    DATABASE_URL: server.url,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_DATA: folder,
    LOG_LEVEL: 'silent',
  });
  await using ground = await setUpForLogins(service);
  const databaseUrl = Object.assign(new URL(server.superuserUrl), { pathname: new URL(server.url).pathname }).href;
  const [silent, whole] = [createSilentLogin(ground.target, ground.sessions), wholeLogins(ground.target)];
  let [turn, done] = [0, 0];
  const flow = async (worker: number): Promise<void> => {
    turn += 1;
    await (turn % 10 < WHOLE_OF_TEN ? whole.flow() : silent.flow(worker));
    done += 1;
  };
  const maximum = asked === undefined ? (await runLoad({ ...MAXIMUM, flow })).perSecond : undefined;
  const rate = asked ?? Math.floor((maximum ?? 0) * SHARE);
  if (maximum !== undefined) console.error(`soak: ${maximum.toFixed(1)} logins a second at most, ${rate} from now on`);
  const samples: Sample[] = [];
  const began = performance.now();
  const record = join(tmpdir(), `soak-${process.pid}.csv`);
  const sample = async (): Promise<void> => {
    const now = {
      at: Math.round((performance.now() - began) / 1000),
      ...look(service.pid),
      logins: done,
      tables: await sizes(databaseUrl),
    };
    samples.push(now);
    const total = [...now.tables.values()].reduce((sum, bytes) => sum + bytes, 0);
    const line = [now.at, now.logins, now.memory, now.descriptors, total].join(',');
    await appendFile(record, `${line}\n`);
    console.error(
      `soak ${now.at} s: ${now.logins} logins, ${now.memory} MiB, ${now.descriptors} descriptors, ${Math.round(total / 1e6)} MB of tables`,
    );
  };
  let ended = false;
  const sampling = (async () => {
    while (!ended) {
      await sample();
      await pause(SAMPLE_MS, undefined, { ref: false });
    }
  })();
  const result = await runOpenLoop({ rate, seconds: minutes * 60, flow });
  ended = true;
  await sample();
  await Promise.race([sampling, pause(1000)]);
  await Promise.all([silent.close(), whole.close()]);
  await service.stop();
  await rm(folder, { recursive: true });
  console.error(`samples (second, logins, MiB, descriptors, bytes of tables): ${record}`);
  const warm = samples.filter(({ at }) => at >= minutes * 20);
  return [
    ...(maximum === undefined
      ? []
      : [{ what: 'logins a second, 16 browsers without a pause, before', measured: maximum.toFixed(1) }]),
    { what: 'minutes, logins a second asked for', measured: `${minutes}, ${rate}` },
    { what: 'logins', measured: done },
    { what: 'logins failed', measured: result.errors, wanted: 0 },
    {
      what: 'half of the logins within, 99 of 100 within',
      measured: `${Math.round(result.p50)}, ${Math.round(result.p99)} ms`,
    },
    ...course(
      'memory (MiB)',
      warm.map(({ memory }) => memory),
      10,
    ),
    ...course(
      'descriptors',
      warm.map(({ descriptors }) => descriptors),
      8,
    ),
    ...growth(samples, warm),
  ];
}

/** First, least, most and last after the warm-up, and the verdict. */
function course(what: string, values: readonly number[], slack: number): Figure[] {
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? 0];
  return [
    {
      what: `${what} after the warm-up: first, least, most, last`,
      measured: [first, Math.min(...values), Math.max(...values), last].join(', '),
    },
    { what: `${what} flat`, measured: isFlat(values, slack) ? 'yes' : 'no', wanted: 'yes' },
  ];
}

/** What each table took for a login within the warm-up and after it; bounded by policies, rows of a login stay for days. */
function growth(samples: readonly Sample[], warm: readonly Sample[]): Figure[] {
  const [first, middle, last] = [samples[0], warm[0], samples.at(-1)];
  if (first === undefined || middle === undefined || last === undefined) return [];
  const perLogin = (from: Sample, to: Sample, table: string): number =>
    ((to.tables.get(table) ?? 0) - (from.tables.get(table) ?? 0)) / Math.max(1, to.logins - from.logins);
  const most = [...last.tables.keys()]
    .map((table) => ({ table, before: perLogin(first, middle, table), after: perLogin(middle, last, table) }))
    .filter(({ after }) => after >= 1)
    .toSorted((one, other) => other.after - one.after);
  const total = (key: 'before' | 'after'): number => Math.round(most.reduce((sum, each) => sum + each[key], 0));
  return [
    {
      what: 'bytes of tables for each login, in the warm-up and after it',
      measured: `${total('before')}, ${total('after')}`,
    },
    {
      what: 'tables that grow most, bytes for each login',
      measured:
        most
          .slice(0, 6)
          .map(({ table, after }) => `${table} ${Math.round(after)}`)
          .join(', ') || 'none',
    },
    {
      what: 'tables grow faster than in the warm-up',
      measured: total('after') > total('before') * 1.25 + 200 ? 'yes' : 'no',
      wanted: 'no',
    },
  ];
}

async function sizes(url: string): Promise<Map<string, number>> {
  const { rows } = await queryAs<{ name: string; bytes: string }>(
    url,
    `select coalesce(parent.relname, own.relname) as name, sum(pg_total_relation_size(own.oid))::text as bytes
     from pg_class own
     left join pg_inherits on inhrelid = own.oid
     left join pg_class parent on parent.oid = inhparent
     where own.relkind = 'r' and own.relnamespace = 'public'::regnamespace
     group by 1`,
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}
