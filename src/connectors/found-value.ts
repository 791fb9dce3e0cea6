import { readOutsideText } from '../base/outside-text.ts';

/** Longest value that a sentence repeats, in code points. */
const MAX_SHOWN = 200;
/** So many elements of a list. */
const MAX_LISTED = 3;

/**
 * What a provider wrote, as a sentence may repeat it: texts in quotation marks, cleaned and cut; the first texts of a list; of
 * an object that it is one.
 */
export function foundValue(value: unknown): string {
  if (typeof value === 'string') {
    const text = readOutsideText(value, MAX_SHOWN);
    return `"${text}${text.length < value.trim().length ? '…' : ''}"`;
  }
  if (Array.isArray(value)) return listText(value);
  if (typeof value === 'object' && value !== null) return '{…}';
  return readOutsideText(String(value), MAX_SHOWN);
}

function listText(list: readonly unknown[]): string {
  const first = list.slice(0, MAX_LISTED).map((one) => (typeof one === 'object' ? '…' : foundValue(one)));
  return `[${[...first, ...(list.length > MAX_LISTED ? ['…'] : [])].join(', ')}]`;
}

/** Of what kind a value is that must not be repeated: a token. */
export function foundKind(value: unknown): string {
  const empty = value === '' || value === null || Array.isArray(value) || typeof value === 'object';
  return empty ? foundValue(value) : typeof value;
}
