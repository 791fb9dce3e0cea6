import type { KoaContextWithOIDC } from 'oidc-provider';
import type { FailureCause } from '../../applications/health/failure-causes.ts';

/** What an answer says instead of the library's sentence: what the developer has to switch, in the characters of RFC 6749 5.2. */
interface Told {
  description: string;
  error?: string;
}

/** Told to everybody: it follows from the request alone. */
const TO_ANYBODY: Readonly<Partial<Record<FailureCause, Told>>> = {
  'pkce-missing': {
    description: 'this application must send a code_challenge (PKCE, RFC 7636), or be registered without PKCE',
  },
  'scope-missing': { error: 'invalid_scope', description: 'scope must contain openid' },
  'scope-without-openid': { error: 'invalid_scope', description: 'scope must contain openid' },
  'response-type': { description: 'response_type must be code' },
  // RFC 6749 5.2; whoever reads it has authenticated, or is a public application.
  'grant-type': { error: 'unauthorized_client', description: 'this application is not registered for this grant_type' },
};

/**
 * Told to an application that has authenticated itself: to a stranger every grant reads alike. Of a code that is another's
 * it reads as of one that never was.
 */
const TO_THE_APPLICATION: Readonly<Partial<Record<FailureCause, Told>>> = {
  'code-reused': { description: 'this authorization code was redeemed before; redeem each code once' },
  'code-unknown': {
    description: 'no such authorization code; redeem each within a minute, by the application that asked for it',
  },
  'code-redirect-uri': { description: 'redirect_uri must be the one of the authorization request' },
  'pkce-verifier': { description: 'code_verifier must belong to the code_challenge of the authorization request' },
  'refresh-reused': { description: 'this refresh token was used before; keep the newest one that came' },
};

/** Puts the sentence for developers in the place of the library's, in a JSON answer or on the way back to the application. */
export function tellDeveloper(ctx: KoaContextWithOIDC, cause: FailureCause): void {
  const told = TO_ANYBODY[cause] ?? (isAuthenticated(ctx) ? TO_THE_APPLICATION[cause] : undefined);
  if (told === undefined) return;
  const body: unknown = ctx.body;
  if (typeof body === 'object' && body !== null && 'error' in body && !Buffer.isBuffer(body)) {
    // Nobody is registered for a grant that there is none of.
    if (body.error === 'unsupported_grant_type') return;
    ctx.body = { ...body, error: told.error ?? body.error, error_description: told.description };
    return;
  }
  const location = ctx.response.get('location');
  if (!location.includes('error_description=')) return;
  const described = replaceLast(location, 'error_description', told.description);
  ctx.set('location', told.error === undefined ? described : replaceLast(described, 'error', told.error));
}

/** It proved who it is, and the refusal is not about that. */
function isAuthenticated(ctx: KoaContextWithOIDC): boolean {
  const { client } = ctx.oidc;
  return client !== undefined && client.clientAuthMethod !== 'none' && ctx.status !== 401;
}

/** Replaces the value of the last parameter of a name: those before are of the registered redirect URI. */
function replaceLast(address: string, name: string, value: string): string {
  const at = Math.max(
    address.lastIndexOf(`?${name}=`),
    address.lastIndexOf(`&${name}=`),
    address.lastIndexOf(`#${name}=`),
  );
  if (at < 0) return address;
  const from = at + name.length + 2;
  const end = address.slice(from).search(/[&#]/);
  return `${address.slice(0, from)}${encodeURIComponent(value)}${end < 0 ? '' : address.slice(from + end)}`;
}
