import { sqlState } from '../../base/database-failure.ts';

/** So many texts are remembered; a list of ids of any length makes many. */
const MOST_TEXTS = 500;
/** Of a long statement so many operations stand in its name. */
const MOST_OPERATIONS = 5;

const names = new Map<string, string>();

/**
 * What a statement is called in a trace: its operations and their tables, in the order of the text, as `insert session insert
 * audit_event`. Nothing else of the text is in it, and of its values nothing at all: these are sent beside it.
 */
export function nameOfStatement(statement: unknown): string {
  const text = typeof statement === 'string' ? statement : textOf(statement);
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = makeName(text);
  if (names.size < MOST_TEXTS) names.set(text, name);
  return name;
}

function textOf(statement: unknown): string {
  const { text } = (typeof statement === 'object' && statement !== null ? statement : {}) as { text?: unknown };
  return typeof text === 'string' ? text : '';
}

const OPERATION =
  /\b(insert\s+into|update|delete\s+from|from|join)\s+"?([a-z_]{1,63})"?(?![\w"(.])|^\s*(begin|commit|rollback|start transaction|notify|listen|copy)\b/gi;
const WORDS: Readonly<Record<string, string>> = { from: 'select', join: 'select' };
/** Words of SQL where a name could stand. */
const NO_TABLES = new Set(['lateral', 'set', 'only', 'select', 'unnest', 'nothing', 'of', 'skip']);

function makeName(text: string): string {
  // Constants and comments may hold words that look like an operation.
  const bare = text.replaceAll(/'(?:[^']|'')*'|--[^\n]*/g, "''");
  // What a statement names itself (`with found as (…)`) is no table.
  const own = new Set(
    [...bare.matchAll(/"?\b([a-z_]+)"?(?:\s*\([^()]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(/gi)].map(
      ([, name = '']) => name,
    ),
  );
  const found = new Set<string>();
  for (const [, operation = '', table = '', alone] of bare.matchAll(OPERATION)) {
    if (alone !== undefined) found.add(alone.toLowerCase());
    else if (!own.has(table) && !NO_TABLES.has(table.toLowerCase())) {
      const word = operation.toLowerCase().split(/\s+/, 1)[0] ?? '';
      found.add(`${WORDS[word] ?? word} ${table.toLowerCase()}`);
    }
  }
  const all = [...found];
  const shown = all.slice(0, MOST_OPERATIONS).join(' ');
  return shown === '' ? 'other' : `${shown}${all.length > MOST_OPERATIONS ? ' …' : ''}`;
}

/** A word for a failed statement: its SQLSTATE, else `lost`. Never its message, which repeats values. */
export function failureOf(error: unknown): string {
  return sqlState(error) ?? 'lost';
}
