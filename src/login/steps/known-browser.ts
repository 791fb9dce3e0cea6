import type { Browser, SetCookie } from '../login-context.ts';
import { DAY } from '../../base/clock.ts';
import { randomSecret, sameDigest } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';

const COOKIE = 'known_browser';
const MOST = 5;

/**
 * The browser's own name, if somebody logged in here with the address before: its attempts are counted apart from those
 * of strangers, who therefore cannot lock an owner out of a browserName of theirs. It proves nothing else.
 */
export function knownBrowserOf(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): string | undefined {
  const [browserName, ...marks] = partsOf(browser);
  if (browserName === undefined) return undefined;
  const expected = markOf(deps.secrets, browserName, emailKey);
  return marks.some((mark) => sameDigest(Buffer.from(mark, 'base64url'), expected)) ? browserName : undefined;
}

/** The cookie after a login with the address in this browser; the oldest of five addresses falls out. */
export function rememberBrowser(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): SetCookie {
  const [known, ...marks] = partsOf(browser);
  const browserName = known ?? randomSecret();
  const mark = markOf(deps.secrets, browserName, emailKey).toString('base64url');
  const value = [browserName, ...new Set([mark, ...marks])].slice(0, MOST + 1).join('.');
  return { name: COOKIE, value, maxAge: 365 * DAY };
}

function markOf(secrets: SecretBox, browserName: string, emailKey: string): Buffer {
  return secrets.mac('known browser', `${browserName}:${emailKey}`);
}

function partsOf(browser: Pick<Browser, 'cookie'>): string[] {
  const value = browser.cookie(COOKIE) ?? '';
  return /^[\w-]{43}(\.[\w-]{43})*$/.test(value) ? value.split('.') : [];
}
