import { jwtVerify, type JWTVerifyGetKey } from 'jose';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const OLDEST_SECONDS = 300;

/** What a logout token says has ended: a session of the provider, or all of a person. */
export interface EndedLogin {
  sub: string | undefined;
  sid: string | undefined;
}

export type VerifyLogoutToken = (token: string) => Promise<EndedLogin>;

/** Checks logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6), each `jti` once. Throws for any other. */
export function createLogoutTokenVerifier(expected: {
  issuer: string;
  clientId: string;
  keys: JWTVerifyGetKey;
}): VerifyLogoutToken {
  const seen = new Map<string, number>();
  return async (token) => {
    const { payload, protectedHeader } = await jwtVerify(token, expected.keys, {
      issuer: expected.issuer,
      audience: expected.clientId,
      algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      requiredClaims: ['iat', 'jti', 'events'],
      maxTokenAge: OLDEST_SECONDS,
      clockTolerance: 10,
    });
    // absent in the first versions of the specification; another type is another kind of token
    if (protectedHeader.typ !== undefined && protectedHeader.typ.toLowerCase() !== 'logout+jwt') {
      throw new Error('not a logout token');
    }
    const { events, nonce, jti = '', sub } = payload;
    if (nonce !== undefined) throw new Error('a logout token has no nonce');
    if (typeof events !== 'object' || events === null || !isObject((events as Record<string, unknown>)[EVENT])) {
      throw new Error('not about a logout');
    }
    const sid = payload['sid'];
    if (sid !== undefined && typeof sid !== 'string') throw new Error('sid is not text');
    if (sub === undefined && sid === undefined) throw new Error('says neither who nor which session');

    const now = Date.now();
    for (const [old, until] of seen) if (until < now) seen.delete(old);
    if (seen.has(jti)) throw new Error('was used before');
    seen.set(jti, now + (OLDEST_SECONDS + 20) * 1000);
    return { sub, sid };
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
