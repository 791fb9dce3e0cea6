import type { ConnectionStepState } from './connection-step-state.ts';
import type { Shell } from '../pages/layout.ts';
import type { AttemptLimit } from '../../authenticators/verify-authenticator.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { AuthorizationDeps } from '../../connections/authorization/send-authorization-request.ts';
import type { Binding } from '../../connections/bind-identity.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Database } from '../../db/database.ts';
import type { Texts } from '../../texts/catalog.ts';
import type { User } from '../../users/user.ts';

export interface BindingDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  rateLimit: AttemptLimit;
  shell: Shell;
  texts: Texts;
  publicUrl: URL;
  connectors: AuthorizationDeps['connectors'];
}

/** Where a person stands who is back from the provider. */
export interface Returned {
  proved: NonNullable<ConnectionStepState['proved']>;
  connection: Connection;
  organizationId: OrganizationId;
  binding: Binding;
  /** The code mailed to the user was entered just now. */
  codeEntered: boolean;
  /** The user that the binding decided for, where this request read it along. */
  user: User | undefined;
}
