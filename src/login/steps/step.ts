import type { LoginContext, SetCookie } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { Problem } from '../pages/parts.ts';
import type { EventOptions } from '../../logins/apply-event.ts';
import type { StepState } from '../../logins/login-state.ts';
import type { LoginEvent } from '../../logins/login.ts';
import type { TraceDetail } from '../../logins/trace.ts';

/** The fields of a posted form; of several with one name the last. */
export type Form = Readonly<Record<string, string>>;

/** Result of a step's form. */
export type StepResult =
  /** Something was proved: apply the event. */
  | ({
      kind: 'go';
      event: LoginEvent;
      /** After the commit; a failure is logged and changes nothing. */
      afterCommit?: () => Promise<void>;
      cookies?: SetCookie[];
    } & Omit<EventOptions, 'session'>)
  /** The same page again, with the problem; `stepState` replaces the stored one, `failed` is for the trace. */
  | {
      kind: 'stay';
      problem?: Problem;
      stepState?: StepState;
      failed?: TraceDetail;
      inTransaction?: EventOptions['inTransaction'];
    }
  /** To an identity provider, or back to the application. */
  | { kind: 'leave'; url: string; cookies: SetCookie[] };

/** One step of a login: its page, and what its form does. */
export interface LoginStep {
  show(deps: LoginDeps, context: LoginContext, problem: Problem | undefined): Promise<string>;
  submit(deps: LoginDeps, context: LoginContext, form: Form): Promise<StepResult>;
}

/** The address a step's form posts to. */
export function stepUrl(context: LoginContext, step: string): string {
  return `/login/${context.request.handle}/${step}`;
}
