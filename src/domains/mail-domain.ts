import { domainToASCII, domainToUnicode } from 'node:url';
import { mixesScripts } from '../base/scripts.ts';

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
