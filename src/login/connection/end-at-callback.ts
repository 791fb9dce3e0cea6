import { finishBinding } from './binding-step.ts';
import type { CallbackCall } from './callback-call.ts';
import { readConnectionStepState } from './connection-step-state.ts';
import type { Answer } from '../answer.ts';
import { applyError, applyOutcome } from '../apply-result.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import { AppError } from '../../base/errors.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { CallbackResult } from '../../connections/authorization/read-callback.ts';
import { comeBackUnwritten, tellMoved } from '../../logins/apply-event.ts';
import { toAuthorizationRequest } from '../../logins/authorization-request.ts';
import { findProvedLogin } from '../../logins/find-login.ts';
import type { TraceDetail } from '../../logins/trace.ts';

export type ProvedResult = Extract<CallbackResult, { kind: 'proved' }>;

/**
 * Goes on with a login in the request of its callback: no second request, and one write less. The transaction's cookie says
 * already that it is the browser of this login. It does so only where nothing depends on a cookie that the callback may come
 * without: a form posted by another site carries no Lax cookie, an invitation counts by its cookie, and a session that came up
 * meanwhile is shown by its own.
 * @returns undefined, and nothing is written, where the login goes on at `/login/<handle>/finish`
 */
export async function endAtCallback(
  deps: LoginDeps,
  call: CallbackCall,
  handle: string,
  result: ProvedResult,
): Promise<Answer | undefined> {
  if (call.posted) return undefined;
  const context = await contextOf(deps, call, handle, result);
  if (context === undefined) return undefined;
  const answer = await goOnWith(deps, context);
  if (answer !== undefined) tellMoved(context.state.login);
  return answer;
}

async function goOnWith(deps: LoginDeps, context: LoginContext): Promise<Answer | undefined> {
  try {
    const outcome = await finishBinding(deps, context);
    return outcome.kind === 'ask' ? undefined : await applyOutcome(deps, context, outcome);
  } catch (error) {
    // Another request was first, with this login or with the first one of the same person: to be decided anew.
    if (error instanceof AppError && error.code === 'login.out-of-order') return undefined;
    return applyError(deps, context, null, error);
  }
}

async function contextOf(
  deps: LoginDeps,
  { browser }: CallbackCall,
  handle: string,
  result: ProvedResult,
): Promise<LoginContext | undefined> {
  const connection = toConnectionStepState(deps, result);
  const { claims } = readConnectionStepState(connection).proved!;
  const found = await findProvedLogin(deps, handle, claims);
  // The handle is the browser's word, the transaction names its login.
  if (found === undefined || found.row.id !== result.loginId) return undefined;
  const request = toAuthorizationRequest(found.row, handle);
  const state = found.row.state;
  if (request === undefined || state?.login.step !== 'connection-out') return undefined;
  if (state.login.connection?.invitationId !== null) return undefined;
  if (request.session === null && browser.cookie('session') !== undefined) return undefined;
  const back = comeBackUnwritten(found.row, state, { connection }, detailOf(result), deps.clock.now());
  return { request, ...back, browser, returned: found.returned };
}

/** What the login remembers of it, for {@link readConnectionStepState}: as it would be stored, where not every text can be. */
export function toConnectionStepState(deps: Pick<LoginDeps, 'clock'>, result: ProvedResult): unknown {
  const { connection, claims, fresh, supplement, session } = result;
  const at = deps.clock.now();
  const proved = { connectionId: connection.id, version: connection.version, at, claims, fresh, supplement, session };
  return JSON.parse(toStorableJson({ proved }));
}

/** What its trace tells of it. */
export function detailOf({ connection, claims, supplement }: ProvedResult): TraceDetail {
  const fault = supplement?.fault ?? undefined;
  return {
    issuer: connection.issuer,
    claims: claims.shown,
    ...(claims.unmapped === undefined ? {} : { unmapped: claims.unmapped }),
    ...(fault === undefined ? {} : { supplement: fault }),
  };
}
