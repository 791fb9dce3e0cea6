import { domainToASCII, domainToUnicode } from 'node:url';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN_CHARACTERS = /^[\p{L}\p{M}\p{N}.\-。．｡]+$/u;

/**
 * A mail domain as it is compared: UTS-46 to ASCII, lower case; undefined when it is none. An address of the form
 * `127.0.0.1`, a single label, an underscore and a label that mixes scripts are refused.
 */
export function readMailDomain(typed: string): string | undefined {
  const text = typed.trim().normalize('NFC');
  // The URL parser behind domainToASCII would cut off at "/", decode "%41" and drop tabs: none may get there.
  if (text.length > 253 || !DOMAIN_CHARACTERS.test(text)) return undefined;
  const ascii = domainToASCII(text);
  const labels = ascii.split('.');
  if (ascii.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined;
  if (/^[0-9]+$/.test(labels.at(-1)!)) return undefined;
  const shown = domainToUnicode(ascii).split('.');
  if (shown.some((label) => label.startsWith('xn--') || mixesScripts(label))) return undefined;
  return ascii;
}

// Scripts written together in one word (Unicode TR 39, "highly restrictive"); any other mixture is a disguise.
const TOGETHER: readonly RegExp[] = [
  /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Common}\p{Script=Inherited}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]*$/u,
];
const SCRIPTS = [
  'Arabic',
  'Armenian',
  'Bengali',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Hebrew',
  'Kannada',
  'Khmer',
  'Lao',
  'Malayalam',
  'Mongolian',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
].map((name) => new RegExp(`^[\\p{Script=${name}}\\p{Script=Common}\\p{Script=Inherited}]*$`, 'u'));

/** Whether a text mixes scripts that are not written together, as a Cyrillic letter among Latin ones. */
export function mixesScripts(text: string): boolean {
  return ![...TOGETHER, ...SCRIPTS].some((script) => script.test(text));
}
