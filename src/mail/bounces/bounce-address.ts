import type { MailId } from '../../base/ids.ts';
import { sameDigest } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';

const PURPOSE = 'bounce address';
/** Of the code, bytes: the local part of an address has at most 64 characters (RFC 5321 4.5.3.1.1), each guess costs a mail. */
const CODE_BYTES = 8;
const TOKEN = /(?<![0-9a-f])([0-9a-f]{32})([0-9a-f]{16})(?=@)/gi;

/**
 * Where a mail comes back to when it cannot be delivered: `name+TOKEN@host` of the operator's `name@host`. The token names
 * the mail and proves that we sent it, so that nobody else can report a mail as undeliverable (VERP).
 */
export function bounceAddressOf(secrets: Pick<SecretBox, 'mac'>, base: string, id: MailId): string {
  const at = base.lastIndexOf('@');
  const code = secrets.mac(PURPOSE, id).subarray(0, CODE_BYTES).toString('hex');
  return `${base.slice(0, at)}+${id.replaceAll('-', '')}${code}${base.slice(at)}`;
}

/** The mail that the first address of ours in a text names, as a header or a command line holds it; letters of any case. */
export function readBounceAddress(secrets: Pick<SecretBox, 'macs'>, text: string): MailId | undefined {
  for (const [, hex = '', code = ''] of text.matchAll(TOKEN)) {
    const id = hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as MailId;
    const given = Buffer.from(code, 'hex');
    const ours = secrets.macs(PURPOSE, id).map((mac) => sameDigest(mac.subarray(0, CODE_BYTES), given));
    if (ours.includes(true)) return id;
  }
  return undefined;
}
