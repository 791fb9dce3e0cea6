import type { Advance } from '../advance-login.ts';
import type { SetCookie, Visit } from '../connection-login.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { Notes } from '../login-state.ts';
import type { LoginEvent } from '../login.ts';
import type { Problem } from '../pages/parts.ts';

/** The fields of a posted form; of several with one name the last. */
export type Form = Readonly<Record<string, string>>;

/** What came of a step's form. */
export type Turn =
  /** Something was proved: the machine goes on. */
  | {
      kind: 'go';
      event: LoginEvent;
      notes?: Notes;
      detail?: Record<string, unknown>;
      work?: NonNullable<Advance['work']>;
      cookies?: SetCookie[];
    }
  /** The same page again, with what was wrong; `notes` are kept when given. */
  | { kind: 'stay'; problem?: Problem; notes?: Notes; work?: NonNullable<Advance['work']> }
  /** The application may know what the scopes say. */
  | { kind: 'consent'; scope: string; work: NonNullable<Advance['work']> }
  /** To an identity provider, or back to the application. */
  | { kind: 'away'; url: string; cookies: SetCookie[] };

/** One step of a login: its page, and what its form does. */
export interface LoginStep {
  show(deps: LoginDeps, visit: Visit, problem: Problem | undefined): Promise<string>;
  take(deps: LoginDeps, visit: Visit, form: Form): Promise<Turn>;
}

/** The address a step's form posts to. */
export function actionOf(visit: Visit, step: string): string {
  return `/login/${visit.request.handle}/${step}`;
}
