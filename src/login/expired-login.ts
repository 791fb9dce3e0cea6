import type { LoginDeps } from './login-deps.ts';
import { expiredPage } from './pages/message-pages.ts';
import { findByClientId } from '../applications/find-application.ts';
import { findClientOfLogin } from '../logins/find-login.ts';

/** The page of a login that is over. It begins again where the application begins its logins, if it said where. */
export async function showExpired(deps: LoginDeps, handle: string): Promise<string> {
  const clientId = await findClientOfLogin(deps, handle);
  const application = clientId === undefined ? undefined : await findByClientId(deps, clientId);
  return expiredPage(deps.shell, application?.initiateLoginUri ?? '/');
}
