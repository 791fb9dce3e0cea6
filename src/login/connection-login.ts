import type { AuthorizationRequest } from './authorization-request.ts';
import type { Federated, Subject } from './login.ts';
import type { LoginRow } from './login-store.ts';
import type { LoginState } from './login-state.ts';
import type { Problem } from './pages/parts.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { Transaction } from '../db/database.ts';
import type { Html } from '../http/html.ts';

/** A cookie a step wants set; `maxAge` in seconds, 0 takes it away. */
export interface SetCookie {
  name: string;
  value: string;
  maxAge: number;
  /** Travels on a form another site posts (an identity provider's answer). */
  crossSite?: boolean;
}

/** One login in front of one browser: what every step is given. */
export interface Visit {
  request: AuthorizationRequest;
  row: LoginRow;
  state: LoginState;
  browser: Browser;
}

/** What a step may know of the browser. */
export interface Browser {
  /** Value of one of our cookies, by its name without prefix. */
  cookie(name: string): string | undefined;
  /** Names without prefix of our cookies that begin so, in the order the browser sent them. */
  cookieNames(start: string): string[];
  /** Network address, for limits and the audit log. */
  address: string;
}

/** What came of the round trip to an identity provider. */
export type ConnectionOutcome =
  | {
      kind: 'proved';
      subject: Subject;
      at: Date;
      federated: Federated;
      /** Binds the identity and confirms the connection, in the transaction that records the proof. */
      complete: (tx: Transaction) => Promise<void>;
    }
  /** A question first: another account, or the code mailed to the user's address. Shown at `/login/<handle>`. */
  | { kind: 'ask'; page: Html }
  /** Out once more, and there asked which account. */
  | { kind: 'choose-account' }
  | { kind: 'refused'; code: ErrorCode | 'access_denied'; detail?: Record<string, unknown> };

/** The steps `connection-out` and `connection-back`, handed to the login door. */
export interface ConnectionLogin {
  /**
   * Starts a round trip for `visit.state.login.connection`, in state `connection-out`: where to send the browser and
   * which cookies it takes along. The callback finds the login by its own transaction, brings the event `came-back`
   * with what was proved in `notes.connection` (see `advanceLogin`) and answers 303 to `/login/<handle>/finish`.
   * @throws connection.refused when the provider cannot be used now
   */
  begin(visit: Visit, options?: { chooseAccount?: boolean }): Promise<{ url: string; cookies: SetCookie[] }>;
  /** The page of state `connection-out`: where the person is about to go, *Continue*, *Not me*, *Try another way*. */
  outPage(visit: Visit, problem: Problem | undefined): Promise<Html>;
  /** In state `connection-back`, at `/login/<handle>/finish`, where this browser's Lax cookies arrive. */
  finish(visit: Visit): Promise<ConnectionOutcome>;
  /** A form of the page that `finish` asked with, posted to `/login/<handle>/connection-back`. */
  answer(visit: Visit, form: Record<string, string>): Promise<ConnectionOutcome>;
}
