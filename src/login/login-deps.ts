import type { BindingDeps } from './connection/binding-step.ts';
import type { Shell } from './pages/layout.ts';
import type { Log } from '../base/log.ts';
import type { PasswordHasher } from '../authenticators/password.ts';
import type { RoundTripDeps } from '../connections/round-trip/begin-connection-login.ts';
import type { EndedSession } from '../sessions/session.ts';
import type { Text } from '../texts/catalog.ts';

/** What the login door is built from. */
export interface LoginDeps extends RoundTripDeps, BindingDeps {
  log: Log;
  passwords: PasswordHasher;
  publicUrl: URL;
  productName: string;
  shell: Shell;
  t: Text;
  /** Back-channel logout, after the transaction that ended the sessions. */
  tellApplications(ended: EndedSession[]): Promise<void>;
}
