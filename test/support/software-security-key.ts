import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

/** What an attacker, or a broken browser, changes in an answer. */
export interface Bent {
  origin?: string;
  rpId?: string;
  challenge?: string;
  userHandle?: string;
  counter?: number;
  /** Flips a bit of the signature. */
  badSignature?: boolean;
  /** Without the flag that says the key was touched. */
  untouched?: boolean;
}

/** A security key in software (WebAuthn Level 3, ES256, attestation none), for what no browser would send. */
export interface SoftwareSecurityKey {
  credentialId: string;
  register(challenge: string, bent?: Bent): object;
  authenticate(challenge: string, bent?: Bent): object;
}

/** Makes a key for one site. */
export function createSoftwareSecurityKey(site: { origin: string; rpId: string }): SoftwareSecurityKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  const credentialId = id.toString('base64url');
  let count = 0;

  const clientData = (type: string, challenge: string, bent: Bent): Buffer =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: bent.challenge ?? challenge,
        origin: bent.origin ?? site.origin,
        crossOrigin: false,
      }),
    );
  const authenticatorData = (flags: number, bent: Bent, attested = Buffer.alloc(0)): Buffer => {
    count += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(bent.counter ?? count);
    const touched = bent.untouched === true ? flags & ~1 : flags;
    return Buffer.concat([sha256(bent.rpId ?? site.rpId), Buffer.from([touched]), counter, attested]);
  };
  const envelope = (response: Record<string, string>): object => ({
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });

  return {
    credentialId,
    register(challenge, bent = {}) {
      const jwk = publicKey.export({ format: 'jwk' });
      const point = (value: string | undefined): Buffer => Buffer.from(value ?? '', 'base64url');
      const cose = cborMap([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, point(jwk.x)],
        [-3, point(jwk.y)],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
      const attestationObject = cborMap([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authenticatorData(0x41, bent, attested)],
      ]);
      return envelope({
        clientDataJSON: clientData('webauthn.create', challenge, bent).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
      });
    },
    authenticate(challenge, bent = {}) {
      const data = clientData('webauthn.get', challenge, bent);
      const authData = authenticatorData(0x01, bent);
      const signature = createSign('sha256')
        .update(Buffer.concat([authData, sha256(data)]))
        .sign(privateKey);
      if (bent.badSignature === true) signature[signature.length - 1]! ^= 1;
      return envelope({
        clientDataJSON: data.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(bent.userHandle === undefined ? {} : { userHandle: bent.userHandle }),
      });
    },
  };
}

function sha256(value: string | Buffer): Buffer {
  return createHash('sha256').update(value).digest();
}

type Cbor = number | string | Buffer | ReadonlyMap<unknown, unknown>;

/** The little of CBOR (RFC 8949) that a credential is written in. */
function cborMap(entries: readonly (readonly [number | string, Cbor])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([key, value]) => [cbor(key), cbor(value)])]);
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return head(5, 0);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
