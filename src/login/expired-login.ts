import { redirect } from './answer.ts';
import type { Answer } from './answer.ts';
import type { LoginDeps } from './login-deps.ts';
import { expiredPage } from './pages/message-pages.ts';
import { LOGIN_EXPIRED } from '../base/signals/signals.ts';
import { findByClientId } from '../applications/find-application.ts';
import { findRequestOfLogin } from '../logins/find-login.ts';

/**
 * What an address of a login answers that is over. *Log in again* begins where the application begins its logins; where it
 * did not say that, it repeats the application's request while that lives, so that the application is not forgotten.
 * @param how `repeat`: after a login that succeeded at once, so that a callback that arrived twice leads to the same place
 */
export async function answerExpired(deps: LoginDeps, handle: string, how: 'ask' | 'repeat'): Promise<Answer> {
  const stored = await findRequestOfLogin(deps, handle);
  if (stored?.succeeded !== true) LOGIN_EXPIRED.tell(null);
  const live = stored !== undefined && stored.expiresAt > deps.clock.now();
  const again = live ? requestUrl(deps.publicUrl, stored.parameters) : undefined;
  // The device asks; the person enters its code again.
  if (stored !== undefined && stored.parameters['response_type'] === undefined) {
    return { status: 410, page: expiredPage(deps.shell, '/device') };
  }
  if (again !== undefined && stored?.succeeded === true && how === 'repeat') return redirect(again);
  const application = stored === undefined ? undefined : await findByClientId(deps, stored.clientId);
  return { status: 410, page: expiredPage(deps.shell, application?.initiateLoginUri ?? again ?? '/') };
}

/** The authorization request (OpenID Connect Core 3.1.2.1) with the parameters it had. */
function requestUrl(publicUrl: URL, parameters: Record<string, unknown>): string {
  const url = new URL('/oauth2/authorize', publicUrl);
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string') url.searchParams.set(name, value);
  }
  return url.href;
}
