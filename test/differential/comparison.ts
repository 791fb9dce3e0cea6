import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { ANSWERED_DIRECTLY } from '../../src/oidc/direct/direct-way.ts';
import type { Field } from './field.ts';
import { Twins } from './twins.ts';
import type { Answered, Change, Sent, World } from './worlds.ts';

/** What became of one request in both worlds. */
export interface Compared {
  answers: [Answered, Answered];
  /** Rows written. */
  rows: number;
  /** Whether the second world answered directly. */
  direct: boolean;
  /** The request and how the worlds differ about it, or which fault of its own one has; empty when there is neither. */
  differing: string;
}

/** Both worlds side by side, the library's first. */
export interface Comparison extends Disposable {
  /** Sends a request to both. */
  compare(sent: Sent): Promise<Compared>;
  /** Changes both databases behind the services' backs. */
  meddle(statement: string): Promise<void>;
}

/** Compares answers, rows and statements of two worlds, request by request. */
export async function openComparison(worlds: readonly [World, World], field: Field): Promise<Comparison> {
  const twins = new Twins();
  const [library, direct] = worlds;
  const both = async <T>(work: (world: World) => Promise<T>): Promise<[T, T]> =>
    Promise.all([work(library), work(direct)]);
  const keys = createLocalJWKSet(JSON.parse((await library.send(KEYS)).body));
  let answered = 0;
  const count = (): void => {
    answered += 1;
  };
  subscribe(ANSWERED_DIRECTLY.name, count);
  await both((world) => world.changes());
  return {
    async compare(sent) {
      const before = answered;
      const answers = await both((world) => outcomeOf(world, sent));
      const changes = await both(async (world) => sorted(await world.changes(), field.names));
      const [ours, theirs] = [answers[0].statements, answers[1].statements];
      const differences = [
        ...twins.differences(readable(answers[0]), readable(answers[1]), 'answer'),
        ...twins.differences(changes[0].map(named), changes[1].map(named), 'rows'),
        ...twins.differences(changes[0], changes[1], 'rows'),
        ...(await unsigned(answers, keys)),
        ...answers.filter(({ status }) => status >= 500).map(({ status, body }) => `answered ${status}: ${body}`),
        ...(theirs > ours ? [`${theirs} statements for ${ours}`] : []),
      ];
      const differing = differences.length === 0 ? '' : `${toldOf(sent)}\n    ${differences.join('\n    ')}`;
      return { answers, rows: changes[0].length, direct: answered > before, differing };
    },
    async meddle(statement) {
      await both((world) => world.meddle(statement));
      await both((world) => world.changes());
    },
    [Symbol.dispose]: () => void unsubscribe(ANSWERED_DIRECTLY.name, count),
  };
}

const KEYS: Sent = { method: 'GET', path: '/oauth2/keys', headers: [], body: undefined };

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
