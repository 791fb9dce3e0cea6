import type { UserId } from '../base/ids.ts';
import { randomReadable } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';

export const RECOVERY_CODES = 10;
/** From so few on, the owner is told to make new ones. */
export const FEW_RECOVERY_CODES = 3;

/** A new set: `XXXXX-XXXXX`, 49 bits each, without letters that look alike. */
export function newRecoveryCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < RECOVERY_CODES) codes.add(`${randomReadable(5)}-${randomReadable(5)}`);
  return [...codes];
}

/** A code as it is compared, or undefined when it cannot be one. Case, spaces and dashes do not matter. */
export function readRecoveryCode(typed: string): string | undefined {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  return /^[2-9A-HJKMNP-TV-Z]{10}$/.test(text) ? `${text.slice(0, 5)}-${text.slice(5)}` : undefined;
}

/** What is stored of a code: an HMAC of user and code, so that neither a stolen table nor equal codes tell anything. */
export function recoveryCodeMac(secrets: SecretBox, userId: UserId, code: string): Buffer {
  return secrets.mac('recovery code', `${userId}:${code}`);
}

/** As {@link recoveryCodeMac} under each listed master key: what may be stored of a code that somebody typed. */
export function recoveryCodeMacs(secrets: SecretBox, userId: UserId, code: string): Buffer[] {
  return secrets.macs('recovery code', `${userId}:${code}`);
}
