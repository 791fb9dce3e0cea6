import type { Transaction } from '../db/database.ts';
import type { Html } from '../http/html.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { AddressFacts } from '../logins/find-destination.ts';
import type { PlainEnd } from '../logins/finishing/plain-end.ts';
import type { SubjectFacts } from '../logins/finishing/subject-facts.ts';
import type { ReturnedFacts } from '../logins/finishing/returned-facts.ts';
import type { AuthorizationRequest } from '../logins/authorization-request.ts';
import type { LoginState } from '../logins/login-state.ts';
import type { LoginRow } from '../logins/login-row.ts';
import type { TraceDetail } from '../logins/trace.ts';
import type { Federated, Subject } from '../logins/login.ts';

/** A cookie a step wants set. */
export interface SetCookie {
  name: string;
  value: string;
  /** Seconds; 0 removes it. */
  maxAge: number;
  /** Sent with a form that another site posts (SameSite=None): an identity provider's answer. */
  crossSite?: boolean;
}

/** One login in one browser: what every step is given. */
export interface LoginContext {
  request: AuthorizationRequest;
  row: LoginRow;
  state: LoginState;
  browser: Browser;
  /** Of a login that is back from its provider, where this request read it along. */
  returned?: ReturnedFacts | undefined;
  /** Of a login whose step asks for a password or factor of ours, where this request read it along. */
  subject?: SubjectFacts | undefined;
  /** What is known of the address that this request brought. */
  address?: AddressFacts | undefined;
}

/** What a step may know of the browser. */
export interface Browser {
  /** Value of one of our cookies, by its name without prefix. */
  cookie(name: string): string | undefined;
  /** Names without prefix of our cookies that begin so, in the order the browser sent them. */
  cookieNames(start: string): string[];
  /** Handle of the login whose page the browser is at, by the OpenID Provider's cookie for that page. */
  loginHandle: string | undefined;
  /** The network it comes from, for limits. */
  network: string;
}

/** What came of the request to an identity provider. */
export type ConnectionOutcome =
  | {
      kind: 'proved';
      subject: Subject;
      at: Date;
      federated: Federated;
      /** A factor of ours that has to follow. */
      ownFactor: 'step-up' | 'enroll' | undefined;
      detail?: TraceDetail | undefined;
      /** Where all of it is known beforehand. */
      plain: PlainEnd | undefined;
      /** Binds the identity and confirms the connection, in the transaction that records the proof. */
      inTransaction: (tx: Transaction) => Promise<void>;
    }
  /** A question first: another account, or the code mailed to the user's address. Shown at `/login/<handle>`. */
  | { kind: 'ask'; page: Html }
  /** To the provider once more, which asks for the account. */
  | { kind: 'choose-account' }
  | {
      kind: 'refused';
      code: ErrorCode | 'access_denied';
      detail?: TraceDetail;
      /** Written in the transaction that records the refusal. */
      inTransaction?: ((tx: Transaction) => Promise<void>) | undefined;
    };
