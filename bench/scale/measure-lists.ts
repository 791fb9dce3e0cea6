import pg from 'pg';
import type { App } from '../../src/app-options.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import type { RouteName } from '../../src/api/contract/all-routes.ts';
import { formatId } from '../../src/base/ids.ts';
import type { ApplicationId, OrganizationId, TemplateId, UserId } from '../../src/base/ids.ts';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { median } from '../measure.ts';
import { ownTime } from './processor-time.ts';
import { MEASURED, queryOf } from './requests.ts';
import type { Measured } from './requests.ts';
import type { Filled } from './seed.ts';

/** A service on a filled database. */
export interface Ground {
  app: App;
  database: OpenDatabase;
  /** Where a server process on this database keeps what it needs. */
  dataFolder: string;
  filled: Filled;
  /** Processor time of its PostgreSQL so far, in milliseconds. */
  databaseTime: () => number;
}

/** Milliseconds of one request: of processor time, server and PostgreSQL together, and until the answer, without the network. */
interface Took {
  processor: number;
  wall: number;
}

/** What was measured of one request. */
export interface Figure {
  route: RouteName;
  what: string;
  /** In the middle of the rounds. */
  small: Took;
  large: Took;
  /** Milliseconds of PostgreSQL for all its statements on the large database, and how the dearest of them is done. */
  database: number;
  plan: string;
  explained: string;
  /** Why it was not answered: mostly a statement that reached its deadline. */
  failure?: string;
}

const WARM = 6;
/** Requests on each before anything is measured: what runs first would pay for compiling all. */
const WARM_ALL = 60;
const PAGE = 50;

/** Measures every list on both grounds in turns. */
export async function measureLists(
  grounds: { small: Ground; large: Ground },
  options: { rounds: number; only: string | undefined; said: (line: string) => void; signal: AbortSignal },
): Promise<Figure[]> {
  const { only, rounds, said, signal } = options;
  const routes = Object.entries(MEASURED) as [RouteName, readonly Measured[]][];
  const wanted = routes
    .filter(([route]) => only === undefined || route.includes(only))
    .flatMap(([route, all]) => all.map((measured) => ({ route, measured })));
  said('warming up …');
  for (const ground of [grounds.small, grounds.large]) {
    const send = await prepare(ground, 'listOrganizations', { what: 'first page' });
    for (let n = 0; n < WARM_ALL; n += 1) await send();
  }
  const figures: Figure[] = [];
  for (const [at, { route, measured }] of wanted.entries()) {
    signal.throwIfAborted();
    const figure = await measureOne(grounds, route, measured, rounds).catch((error: unknown) =>
      unanswered(route, measured, error instanceof Error ? error.message : String(error)),
    );
    const { small, large, database, plan, failure } = figure;
    const measuredWas =
      failure ??
      `${small.processor.toFixed(1)} → ${large.processor.toFixed(1)} ms processor, ${small.wall.toFixed(1)} → ${large.wall.toFixed(1)} ms; PostgreSQL ${database.toFixed(1)} ms: ${plan}`;
    said(`${at + 1} of ${wanted.length}: ${route}, ${measured.what}: ${measuredWas}`);
    figures.push(figure);
  }
  return figures;
}

async function measureOne(
  grounds: { small: Ground; large: Ground },
  route: RouteName,
  measured: Measured,
  rounds: number,
): Promise<Figure> {
  const small = await prepare(grounds.small, route, measured);
  const large = await prepare(grounds.large, route, measured);
  for (let n = 0; n < WARM; n += 1) {
    await small();
    await large();
  }
  const took: { small: Took[]; large: Took[] } = { small: [], large: [] };
  for (let round = 0; round < rounds; round += 1) {
    took.small.push(await small());
    took.large.push(await large());
  }
  const explained = await explain(grounds.large, large);
  return { route, what: measured.what, small: middle(took.small), large: middle(took.large), ...explained };
}

/** A request that one of the services refused. */
function unanswered(route: RouteName, { what }: Measured, failure: string): Figure {
  const never = { processor: Number.NaN, wall: Number.NaN };
  return { route, what, small: never, large: never, database: Number.NaN, plan: '', explained: '', failure };
}

function middle(took: readonly Took[]): Took {
  return {
    processor: median(took.map(({ processor }) => processor)) ?? Number.NaN,
    wall: median(took.map(({ wall }) => wall)) ?? Number.NaN,
  };
}

/** One request, ready to be sent again and again. */
async function prepare(
  { app, filled, databaseTime }: Ground,
  name: RouteName,
  measured: Measured,
): Promise<() => Promise<Took>> {
  const route = contract[name];
  const organization = measured.at === 'root' ? filled.root : filled.largest;
  const path = route.path
    .replace('{organizationId}', formatId('org', organization as OrganizationId))
    .replace('{userId}', formatId('usr', filled.user as UserId))
    .replace('{applicationId}', formatId('app', filled.application as ApplicationId))
    .replace('{templateId}', formatId('tpl', filled.template as TemplateId));
  const query = new URLSearchParams(queryOf(measured, filled));
  if ('limit' in (route.query as { shape?: object }).shape!) query.set('limit', String(PAGE));
  const send = async (): Promise<{ nextCursor?: string | null }> => {
    const answer = await app.server.inject({
      method: 'GET',
      url: `/api/v1${path}?${query.toString()}`,
      headers: { authorization: `Bearer ${filled.token}` },
    });
    if (answer.statusCode !== 200) throw new Error(`${name}, ${measured.what}: ${answer.statusCode} ${answer.body}`);
    return answer.json();
  };
  if (measured.next === true) {
    const { nextCursor } = await send();
    if (typeof nextCursor === 'string') query.set('cursor', nextCursor);
  }
  return async () => {
    const before = { database: databaseTime(), server: ownTime(), at: performance.now() };
    await send();
    const wall = performance.now() - before.at;
    const server = ownTime() - before.server;
    return { processor: server + databaseTime() - before.database, wall };
  };
}

interface Sent {
  text: string;
  values: unknown[];
}

/** Sends the request once, then its statements again in the same roles, each explained. */
async function explain(
  { database }: Ground,
  send: () => Promise<unknown>,
): Promise<Pick<Figure, 'database' | 'plan' | 'explained'>> {
  const sent = await statementsOf(send);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: named } = await client.query<{ suffix: string }>('select role_suffix as suffix from installation');
    const suffix = named[0]?.suffix ?? '';
    await client.query(
      `select set_config('gatehouse.api_role', 'gatehouse_api_${suffix}', false),
         set_config('gatehouse.service_role', 'gatehouse_service_${suffix}', false), set_config('jit', 'off', false)`,
    );
    await client.query(`set role gatehouse_service_${suffix}`);
    let total = 0;
    let dearest = { ms: -1, text: '' };
    await client.query('begin');
    for (const { text, values } of sent) {
      if (!/^\s*(select|with|\()/i.test(text) || text.includes('set_config')) {
        await client.query(text, values);
        continue;
      }
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${text}`, values);
      const lines = rows.map((row) => row['QUERY PLAN']);
      const ms = Number(/Execution Time: ([\d.]+)/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
      total += ms;
      if (ms > dearest.ms) dearest = { ms, text: `${text}\n${lines.join('\n')}` };
    }
    await client.query('rollback');
    return { database: total, plan: scansOf(dearest.text), explained: dearest.text };
  } finally {
    await client.end();
  }
}

let noted: Sent[] | undefined;

/** Lets what is sent to the database be noted. Called before the first connection is made: each keeps what it was made with. */
export function noteStatements(): void {
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function noting(this: pg.Client, ...args: unknown[]) {
    const [first, values] = args as [string | { text?: string; values?: unknown[] }, unknown];
    const text = typeof first === 'string' ? first : first.text;
    if (noted !== undefined && text !== undefined && !/^(begin|commit|rollback|start transaction)/i.test(text)) {
      const given = typeof first === 'string' ? values : (first.values ?? values);
      noted.push({ text, values: Array.isArray(given) ? (given as unknown[]) : [] });
    }
    return (query as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof query;
}

/** The statements of one request, in order; other work of the process is not under way. */
async function statementsOf(send: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  noted = sent;
  try {
    await send();
  } finally {
    noted = undefined;
  }
  return sent;
}

/** The scans of a plan that ran, each once, in the order of the plan. */
function scansOf(plan: string): string {
  const scans = [
    ...plan.matchAll(
      /((?:Index Only|Index|Bitmap Index|Seq|Bitmap Heap) Scan(?: Backward)?(?: using \w+)? on \w+)(.*)/g,
    ),
  ]
    .filter(([, , rest = '']) => !rest.includes('never executed'))
    .map(([, scan = '']) => scan.replace('Bitmap Index Scan on', 'Bitmap Index Scan'))
    .filter((scan) => !scan.startsWith('Bitmap Heap'));
  return [...new Set(scans)].join(', ');
}
