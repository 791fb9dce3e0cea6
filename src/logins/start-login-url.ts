import { START_CLIENT } from '../applications/built-in.ts';
import { randomSecret, sha256 } from '../base/random.ts';

/** What a login for *Your applications* is asked with. */
export interface StartHints {
  loginHint?: string;
  /** As `org_…`. */
  organization?: string;
  /** Ask even when somebody is logged in (`prompt=login`). */
  fresh?: boolean;
}

/**
 * Address of an authorization request that begins a login for *Your applications*. Its code challenge (RFC 7636) has no
 * known verifier, so its authorization code cannot be redeemed.
 */
export function startLoginUrl(publicUrl: URL, hints: StartHints): string {
  const url = new URL('/oauth2/authorize', publicUrl);
  url.search = new URLSearchParams({
    client_id: START_CLIENT,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: new URL('/login/done', publicUrl).href,
    code_challenge: sha256(randomSecret()).toString('base64url'),
    code_challenge_method: 'S256',
    ...(hints.loginHint === undefined ? {} : { login_hint: hints.loginHint }),
    ...(hints.organization === undefined ? {} : { organization: hints.organization }),
    ...(hints.fresh === true ? { prompt: 'login' } : {}),
  }).toString();
  return url.href;
}
