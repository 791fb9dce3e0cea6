import { isStorable } from '../../http/json.ts';

/** Deepest nesting of JSON in a parameter. */
const DEEPEST = 8;

/**
 * The name of the first parameter that the database cannot store (NUL, half of a surrogate pair) or that holds JSON (the
 * `claims` parameter, the parts of a JWT) nested deeper than 8: recursive code would run out of stack. Undefined when there
 * is none.
 */
export function findUnstorable(parameters: Iterable<readonly [string, string]>): string | undefined {
  for (const [name, value] of parameters) {
    if (!isStorable(name) || !isStorable(value) || !jsonIn(name, value).every(isPlain)) return name;
  }
  return undefined;
}

/** The JSON texts in a parameter: the parameter itself, or header and payload of a JWT (RFC 7519). */
function jsonIn(name: string, value: string): string[] {
  if (name === 'claims') return [value];
  const parts = value.split('.');
  if (parts.length !== 3 || !value.startsWith('ey')) return [];
  return parts.slice(0, 2).map((part) => Buffer.from(part, 'base64url').toString('utf8'));
}

/** Whether a JSON text holds storable strings alone and is not nested deeper; what is no JSON is for others to refuse. */
function isPlain(text: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return true;
  }
  let level = [parsed];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return false;
    if (level.some((value) => typeof value === 'string' && !isStorable(value))) return false;
    const objects = level.filter((value): value is object => typeof value === 'object' && value !== null);
    if (objects.some((value) => !Object.keys(value).every(isStorable))) return false;
    level = objects.flatMap((value) => Object.values(value) as unknown[]);
  }
  return true;
}
