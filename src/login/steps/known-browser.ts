import type { Browser, SetCookie } from '../login-context.ts';
import { DAY } from '../../base/clock.ts';
import { randomSecret } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';

const COOKIE = 'known_browser';
const MOST = 5;
const PURPOSE = 'known browser';

/**
 * The browser's own name, if somebody logged in here with the address before: its attempts are counted apart from those
 * of strangers, who therefore cannot lock an owner out of a browser of theirs. It proves nothing else.
 */
export function knownBrowserOf(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): string | undefined {
  const [name, ...marks] = partsOf(browser);
  if (name === undefined) return undefined;
  const value = markedValue(name, emailKey);
  const { secrets } = deps;
  return marks.some((mark) => secrets.isMac(PURPOSE, value, Buffer.from(mark, 'base64url'))) ? name : undefined;
}

/** The cookie after a login with the address in this browser; at most five addresses, the oldest is dropped. */
export function rememberBrowser(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): SetCookie {
  const [known, ...marks] = partsOf(browser);
  const name = known ?? randomSecret();
  const mark = deps.secrets.mac(PURPOSE, markedValue(name, emailKey)).toString('base64url');
  const value = [name, ...new Set([mark, ...marks])].slice(0, MOST + 1).join('.');
  return { name: COOKIE, value, maxAge: 365 * DAY };
}

function markedValue(name: string, emailKey: string): string {
  return `${name}:${emailKey}`;
}

function partsOf(browser: Pick<Browser, 'cookie'>): string[] {
  const value = browser.cookie(COOKIE) ?? '';
  return /^[\w-]{43}(\.[\w-]{43})*$/.test(value) ? value.split('.') : [];
}
