import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, type JWTHeaderParameters, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { z } from 'zod';

/** A key that signs, and how the world finds it. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

/** How an ID token goes wrong; several apply one after the other. */
export const tokenFaultSchema = z.discriminatedUnion('kind', [
  /** Claims put over the proper ones; `null` leaves one out. */
  z.object({ kind: z.literal('claims'), set: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('header'), set: z.record(z.string(), z.unknown()) }),
  /** Signed by a key nobody published, under the proper key's id. */
  z.object({ kind: z.literal('wrong-signature') }),
  z.object({ kind: z.literal('alg-none') }),
  /** HMAC under the published key (PEM), or under a text such as the client's id or secret. */
  z.object({ kind: z.literal('hs256'), secret: z.string().optional() }),
  z.object({ kind: z.literal('rs512') }),
  z.object({ kind: z.literal('no-key-id') }),
  z.object({ kind: z.literal('unknown-key-id') }),
  /** Brings its own key in the header (`jwk`). */
  z.object({ kind: z.literal('embedded-key') }),
  z.object({ kind: z.literal('critical-header') }),
  /** Signed by a published key that belongs to somebody else, by its place among those. */
  z.object({ kind: z.literal('foreign-key'), name: z.string() }),
  z.object({ kind: z.literal('wrong-issuer'), issuer: z.string().default('https://login.fabrikam-trading.example') }),
  z.object({ kind: z.literal('issuer-with-slash') }),
  z.object({ kind: z.literal('wrong-audience') }),
  /** `aud` as a list with a stranger; `azp` only if given. */
  z.object({ kind: z.literal('audience-list'), azp: z.string().optional() }),
  z.object({ kind: z.literal('foreign-azp') }),
  z.object({ kind: z.literal('wrong-nonce') }),
  z.object({ kind: z.literal('no-nonce') }),
  z.object({ kind: z.literal('expired') }),
  /** Issued ten minutes from now. */
  z.object({ kind: z.literal('future-iat') }),
  z.object({ kind: z.literal('future-nbf') }),
  z.object({ kind: z.literal('no-subject') }),
  z.object({ kind: z.literal('no-oid') }),
  /** `tid` of another directory; the issuer follows only if asked. */
  z.object({
    kind: z.literal('other-directory'),
    directory: z.string().default('11111111-2222-4333-8444-555555555555'),
    withIssuer: z.boolean().default(false),
  }),
  /** nOAuth: the victim's address, unproven. */
  z.object({ kind: z.literal('foreign-email'), email: z.string() }),
  z.object({ kind: z.literal('guest') }),
  z.object({ kind: z.literal('huge'), kilobytes: z.number().default(500) }),
]);
export type TokenFault = z.output<typeof tokenFaultSchema>;

interface Token {
  payload: JWTPayload;
  key: SigningKey;
  faults: readonly TokenFault[];
  /** Published keys of other owners, by name (Entra ID: `personal`, `foreign-cloud`). */
  foreignKeys?: ReadonlyMap<string, SigningKey>;
}

/** Signs an ID token (RS256), bent by the faults in their order. */
export async function signIdToken({ payload, key, faults, foreignKeys }: Token): Promise<string> {
  const bent = faults.reduce(bendClaims, payload);
  let header: JWTHeaderParameters = { typ: 'JWT', alg: 'RS256', kid: key.kid };
  let signer: KeyObject = key.privateKey;
  for (const fault of faults) {
    switch (fault.kind) {
      case 'alg-none':
        return new UnsecuredJWT(bent).encode();
      case 'hs256':
        header = { ...header, alg: 'HS256' };
        signer = createSecretKey(Buffer.from(fault.secret ?? publicPem(key)));
        break;
      case 'wrong-signature':
        signer = strangersKey();
        break;
      case 'rs512':
        header = { ...header, alg: 'RS512' };
        break;
      case 'no-key-id':
        header = { typ: 'JWT', alg: header.alg };
        break;
      case 'unknown-key-id':
        header = { ...header, kid: 'nobody-published-this' };
        break;
      case 'embedded-key':
        signer = strangersKey();
        header = { ...header, kid: 'embedded', jwk: await exportJWK(createPublicKey(signer)) };
        break;
      case 'critical-header':
        header = { ...header, crit: ['urn:example:unheard-of'], 'urn:example:unheard-of': true };
        break;
      case 'foreign-key': {
        const foreign = foreignKeys?.get(fault.name);
        if (foreign === undefined) throw new Error(`no foreign key "${fault.name}"`);
        header = { ...header, kid: foreign.kid };
        signer = foreign.privateKey;
        break;
      }
      case 'header':
        header = { ...header, ...fault.set };
        break;
      default:
        break;
    }
  }
  return new SignJWT(bent).setProtectedHeader(header).sign(signer, { crit: { 'urn:example:unheard-of': true } });
}

const publicPem = (key: SigningKey): string =>
  createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' }).toString();

let strangers: KeyObject | undefined;
/** Always the same one, as making one takes long. */
const strangersKey = (): KeyObject => (strangers ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

function bendClaims(payload: JWTPayload, fault: TokenFault): JWTPayload {
  const set = (claims: Record<string, unknown>): JWTPayload =>
    Object.fromEntries(Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== null));
  const issuedAt = payload.iat ?? 0;
  switch (fault.kind) {
    case 'claims':
      return set(fault.set);
    case 'wrong-issuer':
      return set({ iss: fault.issuer });
    case 'issuer-with-slash':
      return set({ iss: `${payload.iss}/` });
    case 'wrong-audience':
      return set({ aud: 'somebody-else' });
    case 'audience-list':
      return set({ aud: [payload.aud, 'somebody-else'], azp: fault.azp ?? null });
    case 'foreign-azp':
      return set({ azp: 'somebody-else' });
    case 'wrong-nonce':
      return set({ nonce: 'another-nonce' });
    case 'no-nonce':
      return set({ nonce: null });
    case 'expired':
      return set({ iat: issuedAt - 86_400, nbf: issuedAt - 86_400, exp: issuedAt - 82_800 });
    case 'future-iat':
      // far beyond any tolerance, also where the proper token is issued five minutes back
      return set({ iat: issuedAt + 1200, exp: issuedAt + 4800 });
    case 'future-nbf':
      return set({ nbf: issuedAt + 1200, exp: issuedAt + 4800 });
    case 'no-subject':
      return set({ sub: null });
    case 'no-oid':
      return set({ oid: null });
    case 'other-directory': {
      const issuer = fault.withIssuer ? payload.iss?.replace(String(payload['tid']), fault.directory) : payload.iss;
      return set({ tid: fault.directory, iss: issuer });
    }
    case 'foreign-email':
      return set({ email: fault.email, preferred_username: fault.email, xms_edov: null, email_verified: null });
    case 'guest':
      return set({ acct: 1, idp: 'https://sts.windows.net/99999999-8888-4777-8666-555555555555/' });
    case 'huge':
      return set({ padding: 'x'.repeat(fault.kilobytes * 1024) });
    default:
      return payload;
  }
}
