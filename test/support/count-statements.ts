import { AsyncLocalStorage } from 'node:async_hooks';
import type { PostgresPoolClient } from 'kysely';

/** What a piece of work asked of the database; the statement budget of a silent login is held with it. */
export interface StatementCount {
  /** Statements sent, without begin, commit and rollback. */
  statements: number;
  /** What had to reach the disk: commits of transactions that wrote, and writing statements outside of one. */
  commits: number;
  /** All texts in order, begin and commit included. */
  texts: string[];
}

const scopes = new AsyncLocalStorage<StatementCount>();

/** Runs `work` and counts the statements it sends, also those sent by what it starts and awaits. */
export async function countStatements<T>(work: () => Promise<T>): Promise<{ result: T; count: StatementCount }> {
  const count = { statements: 0, commits: 0, texts: [] };
  return { result: await scopes.run(count, work), count };
}

/** Counts into `count` for the rest of the current asynchronous flow, as for one request from its first hook on. */
export function countStatementsInto(count: StatementCount): void {
  scopes.enterWith(count);
}

type Query = PostgresPoolClient['query'];

/** Counts each statement of a connection for the scope that sends it. Outside of a scope only one lookup. */
export function countOn(client: { query: unknown }): void {
  client.query = counted((client.query as Query).bind(client));
}

const WRITES = /\b(insert\s+into|(?<!for\s|key\s)update|delete\s+from|merge\s+into)\b/i;

function counted(query: Query): Query {
  let open = false;
  let wrote = false;
  const note = (text: string): void => {
    const word = /^[\s(]*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? '';
    const begins = word === 'begin' || word === 'start';
    const ends = word === 'commit' || (word === 'rollback' && !/\bto\b/i.test(text));
    if (begins) [open, wrote] = [true, false];
    if (ends) open = false;

    const scope = scopes.getStore();
    if (scope === undefined) return;
    scope.texts.push(text);
    if (ends) scope.commits += wrote && word === 'commit' ? 1 : 0;
    else if (!begins) {
      const writes = WRITES.test(text);
      wrote ||= writes;
      scope.statements += 1;
      scope.commits += writes && !open ? 1 : 0;
    }
  };
  return ((...args: Parameters<Query>) => {
    const text: unknown = typeof args[0] === 'object' && 'text' in args[0] ? args[0].text : args[0];
    if (typeof text === 'string') note(text);
    return query(...args);
  }) as Query;
}
