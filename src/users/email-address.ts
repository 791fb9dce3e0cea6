import { AppError } from '../base/errors.ts';
import { mixesScripts } from '../base/scripts.ts';
import { readMailDomain } from '../domains/mail-domain.ts';

/** An email address: as a person typed it, and as it is compared. */
export interface EmailAddress {
  /** As typed, without the spaces around it. */
  email: string;
  /** NFC, lower case, domain in ASCII (UTS-46). Dots and plus signs are kept: folding them is the provider's business. */
  key: string;
  /** The part of the key after the at sign. */
  domain: string;
}

const MAX_ADDRESS = 254; // RFC 5321 4.5.3.1.3, less the angle brackets
const MAX_LOCAL_PART = 64; // RFC 5321 4.5.3.1.1
// A dot-atom of RFC 5322 3.2.3 with the letters of RFC 6531. Quoted local parts are refused: hardly anybody has one, and
// their spaces, at signs and line breaks allow header injection.
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

/** Reads an email address; undefined when it cannot be used. Control, bidi, zero-width and mixed scripts are refused. */
export function readEmailAddress(typed: string): EmailAddress | undefined {
  if (typed.length > 2 * MAX_ADDRESS) return undefined;
  const email = typed.trim();
  const at = email.lastIndexOf('@');
  const domain = at < 1 ? undefined : readMailDomain(email.slice(at + 1));
  const local = email.slice(0, Math.max(at, 0)).normalize('NFC');
  if (domain === undefined || !LOCAL_PART.test(local)) return undefined;
  // Full-width letters, ligatures and the like look as the plain ones do and would be another person.
  const key = local.toLowerCase().normalize('NFC');
  if (local.normalize('NFKC') !== local || !LOCAL_PART.test(key) || mixesScripts(local)) return undefined;
  if (Buffer.byteLength(key) > MAX_LOCAL_PART || Buffer.byteLength(email) > MAX_ADDRESS) return undefined;
  if (Buffer.byteLength(key) + 1 + domain.length > MAX_ADDRESS) return undefined;
  return { email, key: `${key}@${domain}`, domain };
}

/** As {@link readEmailAddress}; throws `email.malformed` instead. */
export function parseEmailAddress(typed: string): EmailAddress {
  const address = readEmailAddress(typed);
  if (address === undefined) throw new AppError('email.malformed');
  return address;
}

/** The domain of an address key. */
export function domainOf(key: string): string {
  return key.slice(key.lastIndexOf('@') + 1);
}
