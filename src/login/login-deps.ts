import type { BindingDeps } from './connection/binding-step.ts';
import type { Shell } from './pages/layout.ts';
import type { Log } from '../base/log.ts';
import type { PasswordHasher } from '../authenticators/password.ts';
import type { AuthorizationDeps } from '../connections/authorization/send-authorization-request.ts';
import type { Text } from '../texts/catalog.ts';

/** What the login door is built from. */
export interface LoginDeps extends AuthorizationDeps, BindingDeps {
  log: Log;
  passwords: PasswordHasher;
  publicUrl: URL;
  productName: string;
  shell: Shell;
  t: Text;
}
