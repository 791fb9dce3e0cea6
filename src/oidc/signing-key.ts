import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { ExternalSigningKey } from 'oidc-provider';

/** Signs in a thread beside; the callback form of `node:crypto`. */
const signBeside = promisify(sign);

/**
 * A key of ours for oidc-provider, which builds and reads the tokens and asks it for the signature (RFC 7515 5.1, step 5)
 * alone. To have another thread make an ES256 signature costs more than the signature, so it is made at once; an RS256
 * signature takes ten times as long, so other requests go on meanwhile.
 */
export class SigningKey extends ExternalSigningKey {
  /** Undefined where the key verifies alone. */
  readonly #privateKey: KeyObject | undefined;
  readonly #publicKey: KeyObject;
  readonly #algorithm: 'ES256' | 'RS256';

  readonly #ensureMaySign: (kid: string) => Promise<void>;

  /**
   * @param key.jwk the private key, or the public one of a key that verifies alone
   * @param key.ensureMaySign throws where this server may not know which key signs
   */
  constructor(key: {
    jwk: JWK;
    kid: string;
    algorithm: 'ES256' | 'RS256';
    ensureMaySign: (kid: string) => Promise<void>;
  }) {
    super();
    const format = 'jwk';
    this.#privateKey = key.jwk.d === undefined ? undefined : createPrivateKey({ key: key.jwk, format });
    this.#publicKey = createPublicKey(this.#privateKey ?? { key: key.jwk, format });
    this.#ensureMaySign = key.ensureMaySign;
    this.#algorithm = key.algorithm;
    Object.assign(this, { kid: key.kid, alg: key.algorithm });
  }

  /** What signatures are verified with, as of an `id_token_hint`; the library publishes it. */
  override keyObject(): KeyObject {
    return this.#publicKey;
  }

  /** The signature as JWS wants it: of ES256 both numbers one after the other (RFC 7518 3.4), of RS256 PKCS #1 v1.5 (3.3). */
  override async sign(data: Buffer): Promise<Buffer> {
    await this.#ensureMaySign(this.kid ?? '');
    const key = this.#privateKey;
    if (key === undefined) throw new Error('this key signs no more');
    return this.#algorithm === 'ES256'
      ? sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
      : signBeside('sha256', data, key);
  }
}
