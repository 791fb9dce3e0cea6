import type { AuthorizationRequests } from './authorization-request.ts';
import type { ConnectionLogin } from './connection-login.ts';
import type { Shell } from './pages/layout.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { AttemptLimit } from '../authenticators/verify-authenticator.ts';
import type { PasswordHasher } from '../authenticators/password.ts';
import type { Database } from '../db/database.ts';

/** What the login door is built from; `app.ts` hands it in. */
export interface LoginDeps {
  db: Database;
  clock: Clock;
  log: Log;
  secrets: SecretBox;
  rateLimit: AttemptLimit;
  passwords: PasswordHasher;
  publicUrl: URL;
  productName: string;
  shell: Shell;
  /** The authorization requests that logins belong to. */
  requests: AuthorizationRequests;
  /** Where a login for *Your applications* starts; `fresh` even when somebody is logged in. `organization` as `org_…`. */
  startLoginUrl(hints: { loginHint?: string; organization?: string; fresh?: boolean }): string;
  /** The logins through identity providers. */
  connections: ConnectionLogin;
}
