import type { Browser, SetCookie } from '../connection-login.ts';
import { DAY } from '../../base/clock.ts';
import { randomSecret } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';

const COOKIE = 'known_device';
const MOST = 5;
const PURPOSE = 'known device';

/**
 * The browser's own name, if somebody logged in here with the address before: its attempts are counted apart from those
 * of strangers, who therefore cannot lock an owner out of a device of theirs. It proves nothing else.
 */
export function knownDeviceOf(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): string | undefined {
  const [device, ...marks] = partsOf(browser);
  if (device === undefined) return undefined;
  const value = markedValue(device, emailKey);
  const { secrets } = deps;
  return marks.some((mark) => secrets.isMac(PURPOSE, value, Buffer.from(mark, 'base64url'))) ? device : undefined;
}

/** The cookie after a login with the address in this browser; the oldest of five addresses falls out. */
export function rememberDevice(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): SetCookie {
  const [known, ...marks] = partsOf(browser);
  const device = known ?? randomSecret();
  const mark = deps.secrets.mac(PURPOSE, markedValue(device, emailKey)).toString('base64url');
  const value = [device, ...new Set([mark, ...marks])].slice(0, MOST + 1).join('.');
  return { name: COOKIE, value, maxAge: 365 * DAY };
}

function markedValue(device: string, emailKey: string): string {
  return `${device}:${emailKey}`;
}

function partsOf(browser: Pick<Browser, 'cookie'>): string[] {
  const value = browser.cookie(COOKIE) ?? '';
  return /^[\w-]{43}(\.[\w-]{43})*$/.test(value) ? value.split('.') : [];
}
