import type { Seconds } from '../base/clock.ts';

/** How a cookie is set; the shape of @fastify/cookie's options. */
export interface CookieOptions {
  httpOnly: true;
  secure: boolean;
  sameSite: 'lax' | 'none';
  path: string;
  maxAge?: Seconds;
}

/** `__Host-` ties a cookie to this very host over https (RFC 6265bis 4.1.3.2); on loopback http it would be dropped. */
export function cookieName(name: string, https: boolean): string {
  return https ? `__Host-${name}` : name;
}

/** A cookie that requests of other sites do not carry, except top-level navigations (`SameSite=Lax`). */
export function laxCookie(https: boolean, maxAge?: Seconds): CookieOptions {
  return { httpOnly: true, secure: https, sameSite: 'lax', path: '/', ...(maxAge === undefined ? {} : { maxAge }) };
}

/**
 * A cookie that is also sent with a form another site posts (`SameSite=None`): an identity provider's answer. Browsers take it with
 * `Secure` only, which Chromium and Firefox also allow on plain http to this machine (the only plain http there is).
 */
export function crossSiteCookie(maxAge: Seconds): CookieOptions {
  return { httpOnly: true, secure: true, sameSite: 'none', path: '/', maxAge };
}
