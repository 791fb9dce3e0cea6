import type { Browser, SetCookie } from '../login-context.ts';
import { TRANSACTION_LIFETIME } from '../../connections/authorization/send-authorization-request.ts';
import type { SentRequest } from '../../connections/authorization/send-authorization-request.ts';

/** An identity provider's answer, as the browser brought it. */
export interface CallbackCall {
  /** `/login/callback` or `/login/callback/<organization id>`, as it arrived. */
  path: string;
  posted: boolean;
  /** The query, or the posted form, still encoded. */
  parameters: string;
  browser: Browser;
  /** Id of the request, quoted where it belongs to no login. */
  reference: string;
}

/** What the transaction cookie holds: a secret of this authorization request, and the handle of its login. */
export function readCookie(value: string | undefined): { browserSecret: string; handle: string } | undefined {
  const match = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{1,100})$/.exec(value ?? '');
  return match === null ? undefined : { browserSecret: match[1]!, handle: match[2]! };
}

/** The transaction cookie of a request. The callback is reached without the Lax cookies: this one says which login it belongs to. */
export function toCookie({ cookieName, browserSecret }: SentRequest, handle: string): SetCookie {
  return { name: cookieName, value: `${browserSecret}.${handle}`, maxAge: TRANSACTION_LIFETIME, crossSite: true };
}
