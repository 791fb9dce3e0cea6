import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { FieldErrorCode } from '../base/field-errors.ts';

/** Deepest nesting of objects and arrays that is read. */
const DEEPEST = 32;

/**
 * Parses a JSON text (RFC 8259) from outside, and refuses what later code does not handle: nesting deeper than
 * {@link DEEPEST} (recursive code runs out of stack), a name twice in one object (parsers differ in which one wins,
 * RFC 8259 section 4), `__proto__`, and text that PostgreSQL cannot store (NUL, lone surrogates). One pass, linear.
 * @throws input.malformed
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('input.malformed', { fields: [fieldError('body', 'json')], cause: error });
  }
  requireSound(text);
  return value;
}

/** Whether PostgreSQL can store a text: it cannot with NUL, or with half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/**
 * Refuses a text that PostgreSQL cannot store ({@link isStorable}).
 * @param field path of the field in the input
 * @throws input.malformed
 */
export function requireStorable(field: string, text: string): void {
  if (!isStorable(text)) refuse(field, 'characters');
}

/** Walks a text that is known to be JSON. */
function requireSound(text: string): void {
  /** One entry for each open object (the names it has) or array (undefined). */
  const open: (Set<string> | undefined)[] = [];
  /** Name of the member that is read, for the refusal. */
  let field = 'body';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? new Set() : undefined);
      if (open.length > DEEPEST) refuse(field, 'too-deep', { most: DEEPEST });
    } else if (sign === '}' || sign === ']') {
      open.pop();
    } else if (sign === '"') {
      const end = endOfString(text, at);
      const value = JSON.parse(text.slice(at, end + 1)) as string;
      const names = open.at(-1);
      if (names !== undefined && followedByColon(text, end + 1)) {
        requireStorable('body', value);
        field = value.slice(0, 100);
        if (names.has(value)) refuse(field, 'duplicate');
        if (value === '__proto__') refuse(field, 'unknown', { names: value });
        names.add(value);
      } else {
        requireStorable(field, value);
      }
      at = end;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function followedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}

function refuse(field: string, code: FieldErrorCode, values: Record<string, string | number> = {}): never {
  throw new AppError('input.malformed', { fields: [fieldError(field, code, values)] });
}
