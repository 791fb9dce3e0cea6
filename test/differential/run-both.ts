import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { ANSWERED_DIRECTLY } from '../../src/oidc/direct/direct-way.ts';
import { drawFrom } from './draw.ts';
import type { Field } from './field.ts';
import { noteIssued } from './issued.ts';
import type { Issued } from './issued.ts';
import { meddle } from './meddling.ts';
import type { Meddling } from './meddling.ts';
import { think } from './requests.ts';
import { Twins } from './twins.ts';
import type { Answered, Change, Sent, World } from './worlds.ts';

/** What a run was like. */
export interface RunResult {
  /** The first requests that were not answered or stored alike, each with what led to it; empty when all were. */
  differing: string[];
  requests: number;
  /** Answered directly, by path. */
  direct: Record<string, number>;
  /** Answers by status. */
  statuses: Record<number, number>;
  rows: number;
  meddlings: number;
}

/** So many are told of at most. */
const MOST_TOLD = 3;

/** Sends generated requests to both worlds, one after another, and compares what they answer and store. */
export async function runBoth(
  worlds: readonly [World, World],
  field: Field,
  options: { seed: number; requests: number; pass(seconds: number): void },
): Promise<RunResult> {
  const draw = drawFrom(options.seed);
  const twins = new Twins();
  const issued: Issued = { codes: [], accessTokens: [], refreshTokens: [] };
  const result: RunResult = { differing: [], requests: 0, direct: {}, statuses: {}, rows: 0, meddlings: 0 };
  const count = (path: unknown): void => {
    result.direct[String(path)] = (result.direct[String(path)] ?? 0) + 1;
  };
  subscribe(ANSWERED_DIRECTLY.name, count);
  const meddlings: Meddling[] = [];
  const [library, direct] = worlds;
  const both = async <T>(work: (world: World) => Promise<T>): Promise<[T, T]> =>
    Promise.all([work(library), work(direct)]);
  const change = async (sql: string): Promise<void> => {
    await both((world) => world.meddle(sql));
    await both((world) => world.changes());
    // An application is kept for five seconds.
    options.pass(6);
  };
  const keys = createLocalJWKSet(JSON.parse((await library.send(KEYS)).body));
  try {
    await both((world) => world.changes());
    for (let i = 0; i < options.requests && result.differing.length < MOST_TOLD; i += 1) {
      if (draw.chance(0.06) && meddlings.length < 2) {
        meddlings.push(meddle(draw, field));
        result.meddlings += 1;
        await change(meddlings.at(-1)!.done);
      } else if (draw.chance(0.1) && meddlings.length > 0) {
        await change(meddlings.pop()!.undone);
      }
      if (i % 500 === 499) await change(STAY);
      if (draw.chance(0.3)) options.pass(draw.one([1, 1, 2, 5, 20, 61]));
      const { sent, asked } = think(draw, field, issued);
      const answers = await both((world) => outcomeOf(world, sent));
      const changes = await both(async (world) => sorted(await world.changes(), field.names));
      result.requests += 1;
      result.statuses[answers[0].status] = (result.statuses[answers[0].status] ?? 0) + 1;
      result.rows += changes[0].length;
      const differences = [
        ...twins.differences(readable(answers[0]), readable(answers[1]), 'answer'),
        ...twins.differences(changes[0].map(named), changes[1].map(named), 'rows'),
        ...twins.differences(changes[0], changes[1], 'rows'),
        ...(await unsigned(answers, keys)),
        ...(answers[1].statements > answers[0].statements
          ? [`${answers[1].statements} statements for ${answers[0].statements}`]
          : []),
      ];
      if (differences.length > 0) {
        const state = meddlings.map(({ about }) => `\n    while ${about}`).join('');
        result.differing.push(
          `seed ${options.seed}, request ${i}: ${toldOf(sent)}${state}\n    ${differences.join('\n    ')}`,
        );
      }
      noteIssued(issued, worlds, answers, asked);
    }
  } finally {
    unsubscribe(ANSWERED_DIRECTLY.name, count);
  }
  return result;
}

const KEYS: Sent = { method: 'GET', path: '/oauth2/keys', headers: [], body: undefined };

/** Lets every session live on. */
const STAY = `update session set expires_at = greatest(expires_at, last_seen_at + interval '12 hours'),
  idle_expires_at = greatest(idle_expires_at, last_seen_at + interval '12 hours') where expires_at > '2021-01-01'`;

/** A connection that is closed without an answer is an answer, too. */
async function outcomeOf(world: World, sent: Sent): Promise<Answered> {
  return world.send(sent).catch((error: NodeJS.ErrnoException) => ({
    status: 0,
    statements: 0,
    headers: [],
    body: error.code ?? error.message,
  }));
}

/** A body of JSON as what it says, beside its names' order. */
function readable({ status, headers, body }: Answered): unknown {
  const isJson = headers.some(([name, value]) => name === 'content-type' && value.startsWith('application/json'));
  return { status, headers, body: isJson && body !== '' ? (JSON.parse(body) as unknown) : body };
}

/** Tables and operations in one order; of several rows of one table by what is no random value. */
function sorted(changes: Change[], names: ReadonlySet<string>): Change[] {
  const keyOf = (change: Change): string =>
    JSON.stringify(change).replaceAll(/[A-Za-z0-9_-]{16,}/g, (piece) => (names.has(piece) ? piece : ''));
  return changes
    .map((change) => ({ change, key: keyOf(change) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ change }) => change);
}

const named = ({ table, operation }: Change): string => `${operation} ${table}`;

/** ID tokens that do not verify with the published keys. */
async function unsigned(answers: readonly Answered[], keys: ReturnType<typeof createLocalJWKSet>): Promise<string[]> {
  const found: string[] = [];
  for (const { body } of answers) {
    const token = /"id_token":"([^"]+)"/.exec(body)?.[1];
    if (token === undefined) continue;
    await jwtVerify(token, keys).catch((error: unknown) => void found.push(`ID token: ${String(error)}`));
  }
  return found;
}

function toldOf({ method, path, headers, body }: Sent): string {
  const lines = headers.map(([name, value]) => `\n    ${name}: ${value}`).join('');
  return `${method} ${path}${lines}${body === undefined ? '' : `\n    ${body}`}`;
}
