import type { Browser, SetCookie } from '../login-context.ts';
import { DAY } from '../../base/clock.ts';
import { formatId, readId } from '../../base/ids.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';

const COOKIE = 'last_organization';
const MOST = 8;

/**
 * Names an address in the cookie without telling it to whoever reads the cookie; under the newest master key first, and
 * under the others for cookies of before.
 */
function namesOf(secrets: SecretBox, emailKey: string): string[] {
  return secrets.macs('last organization', emailKey).map((mac) => mac.subarray(0, 12).toString('base64url'));
}

/**
 * The organization this browser last chose for an address. It only chooses among the organizations where the address is a
 * verified user, so that a forged cookie gains nothing.
 */
export function lastChoiceOf(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
): OrganizationId | null {
  const names = namesOf(deps.secrets, emailKey);
  const entry = entriesOf(browser).find((one) => names.includes(one.slice(0, one.indexOf('.'))));
  return entry === undefined ? null : (readId('org', entry.slice(entry.indexOf('.') + 1)) ?? null);
}

/** The cookie with a choice first; the oldest beyond the limit are dropped. */
export function rememberChoice(
  deps: { secrets: SecretBox },
  browser: Pick<Browser, 'cookie'>,
  emailKey: string,
  organizationId: OrganizationId,
): SetCookie {
  const names = namesOf(deps.secrets, emailKey);
  const others = entriesOf(browser).filter((one) => !names.includes(one.slice(0, one.indexOf('.'))));
  const value = [`${names[0]}.${formatId('org', organizationId)}`, ...others].slice(0, MOST).join('~');
  return { name: COOKIE, value, maxAge: 365 * DAY };
}

function entriesOf(browser: Pick<Browser, 'cookie'>): string[] {
  return (browser.cookie(COOKIE) ?? '').split('~').filter((entry) => /^[\w-]{16}\.org_[a-z2-7]{26}$/.test(entry));
}
