import { createPublicKey, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { randomKey } from '../base/random.ts';

/** A DER value: tag, length, content (ITU-T X.690, section 8.1). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length.toString(16);
  const octets = Buffer.from(size.length % 2 === 0 ? size : `0${size}`, 'hex');
  const head = length < 0x80 ? Buffer.from([length]) : Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
  return Buffer.concat([Buffer.from([tag]), head, content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
/** sha256WithRSAEncryption (RFC 8017, appendix A.2.4). */
const RSA_SHA256 = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));

function nameOf(commonName: string): Buffer {
  const attribute = sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(commonName)));
  return sequence(der(0x31, attribute));
}

/** UTCTime, whose years end with 2049 (RFC 5280, section 4.1.2.5.1). */
function timeOf(instant: Date): Buffer {
  return der(0x17, Buffer.from(`${instant.toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));
}

/**
 * A self-signed certificate (X.509 version 3, RSA with SHA-256) for a key that is trusted by other means, e.g. because
 * an administrator uploaded it, or by the address it was read from.
 * @param validity from and until when, before 2050
 */
export function selfSignedCertificate(
  privateKey: KeyObject,
  commonName: string,
  validity: { from: Date; until: Date },
): X509Certificate {
  const name = nameOf(commonName);
  // positive, and of 16 octets whatever its bits are (RFC 5280, section 4.1.2.2)
  const serial = Buffer.concat([Buffer.from([1]), randomKey().subarray(0, 15)]);
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    RSA_SHA256,
    name,
    sequence(timeOf(validity.from), timeOf(validity.until)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', signed, privateKey));
  return new X509Certificate(sequence(signed, RSA_SHA256, signature));
}
