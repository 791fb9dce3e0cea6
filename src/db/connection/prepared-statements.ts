import { createHash } from 'node:crypto';

/** The call Kysely makes on a `pg` connection; the same with a name makes the server keep what it parsed and planned. */
type Query = (statement: string | { name: string; text: string; values: unknown[] }, values?: unknown[]) => unknown;

/** Statements used less often are not worth keeping on every connection. */
const WORTH_KEEPING = 3;
/** So many different statements are looked at; a list of ids of any length makes many. */
const MOST_STATEMENTS = 500;

/**
 * Lets the server keep the statements of the hot paths, by connection: parsing and planning a statement of three tables
 * costs it four times what running it does. Returns what to call on each new connection of a pool.
 */
export function createStatementKeeper(): (client: { query: unknown }) => void {
  const known = new Map<string, { uses: number; name: string }>();

  const nameFor = (text: string): string | undefined => {
    let statement = known.get(text);
    if (statement === undefined) {
      if (known.size >= MOST_STATEMENTS) return undefined;
      statement = { uses: 0, name: nameOf(text) };
      known.set(text, statement);
    }
    statement.uses += 1;
    return statement.uses >= WORTH_KEEPING ? statement.name : undefined;
  };

  return (client) => {
    const query = (client.query as Query).bind(client);
    let keeps = true;
    const kept: Query = (statement, given) => {
      const values = given?.map(asText);
      const name =
        keeps && typeof statement === 'string' && values !== undefined && values.length > 0 && nameFor(statement);
      if (typeof name !== 'string' || typeof statement !== 'string' || values === undefined)
        return query(statement, values);
      return (query({ name, text: statement, values }) as Promise<unknown>).catch(async (error: unknown) => {
        if (!isForgotten(error)) throw error;
        keeps = false;
        return (query(statement, values) as Promise<unknown>).catch(() => {
          throw error; // within a transaction, which the first failure has ended
        });
      });
    };
    client.query = (...args: unknown[]) => {
      if (args.length <= 2 && typeof args[0] === 'string' && (args[1] === undefined || Array.isArray(args[1]))) {
        return kept(args[0], args[1]);
      }
      // A library's own named statement gets a name of ours: its one name may stand for several texts.
      const [first, ...rest] = args;
      const named = isNamed(first) ? { ...first, name: nameOf(first.text) } : first;
      return (query as (...all: unknown[]) => unknown)(named, ...rest);
    };
  };
}

/**
 * A digest of the text: behind a pooler connections of several processes meet, and one name must mean one statement.
 * PostgreSQL cuts names at 63 bytes.
 */
function nameOf(text: string): string {
  return `gatehouse_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`;
}

/** The driver writes times in this machine's zone, digit by digit; in UTC it is the same time, and one call. */
function asText(value: unknown): unknown {
  return value instanceof Date && FOUR_DIGITS.test(String(value.getUTCFullYear())) ? value.toISOString() : value;
}
const FOUR_DIGITS = /^[1-9]\d{3}$/;

function isNamed(statement: unknown): statement is { name: string; text: string } {
  const { name, text } = (typeof statement === 'object' && statement !== null ? statement : {}) as Record<
    string,
    unknown
  >;
  return typeof name === 'string' && typeof text === 'string';
}

/** A column changed its type under a kept plan, or a pooler in between gave us another connection. */
function isForgotten(error: unknown): boolean {
  const { code, message = '' } = error as { code?: string; message?: string };
  return code === '26000' || code === '42P05' || (code === '0A000' && message.includes('cached plan'));
}
