import { AppError } from './errors.ts';
import { fieldError } from './field-errors.ts';
import { mixesScripts } from './scripts.ts';

/** The longest name of an organization, user or application, in UTF-16 units. */
const MOST = 120;

// A scheme, "www." or a host with a path; and among other words a host of a common top-level domain, which mail programs
// turn into a link. One such word alone may be a name ("Contoso.com").
const ADDRESS = /[a-z][a-z0-9+.-]{0,20}:\/\/|\bwww\.|[\p{L}\p{N}-]\.\p{L}{2,20}\//iu;
const HOST =
  /[\p{L}\p{N}-]\.(?:com|net|org|info|biz|io|co|app|dev|xyz|online|site|website|top|shop|link|click|live|page|example)\b/iu;

/**
 * Reads a name that stands in mails, headings and lists of other people: one line of at most 120 characters; no control,
 * bidi or zero-width characters (Cc, Cf), no web address, no word of mixed scripts (Unicode TR 39, 5.2).
 * @returns the name in NFC without spaces around it, or the code of a field error
 */
export function readPlainName(typed: string): { name: string } | 'one-line' | 'no-address' | 'mixed-scripts' {
  const name = typed
    .slice(0, 4 * MOST)
    .trim()
    .normalize('NFC');
  if (name === '' || typed.length > 4 * MOST || name.length > MOST) return 'one-line';
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(name)) return 'one-line';
  const compatible = name.normalize('NFKC');
  const words = compatible.split(/[^\p{L}\p{M}\p{N}]+/u);
  if (ADDRESS.test(compatible) || (HOST.test(compatible) && /\s/u.test(compatible))) return 'no-address';
  return words.some(mixesScripts) ? 'mixed-scripts' : { name };
}

/** A name from an identity provider, cut to the longest that is accepted, never within a surrogate pair. */
export function cutName(stated: string): string {
  return stated.slice(0, MOST).replace(/\p{Cs}$/u, '');
}

/**
 * As {@link readPlainName}.
 * @param field path of the field in the input
 * @throws input.malformed
 */
export function parsePlainName(field: string, typed: string): string {
  const read = readPlainName(typed);
  if (typeof read === 'object') return read.name;
  throw new AppError('input.malformed', { fields: [fieldError(field, read, { most: MOST })] });
}
