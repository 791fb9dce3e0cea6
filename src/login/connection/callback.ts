import { setTimeout } from 'node:timers/promises';
import { readConnectionStepState } from './connection-step-state.ts';
import { strayPage } from './pages.ts';
import { readCookie, toCookie } from './callback-call.ts';
import type { CallbackCall } from './callback-call.ts';
import { detailOf, endAtCallback, toConnectionStepState } from './end-at-callback.ts';
import type { ProvedResult } from './end-at-callback.ts';
import { recordStray, takeStray } from './stray-callback.ts';
import { leaveForTrial } from '../trial/take-trial.ts';
import { applyEvent, saveStepState } from '../../logins/apply-event.ts';
import type { Answer } from '../answer.ts';
import { recordRefusal } from '../../logins/finish-login.ts';
import type { SetCookie } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import { findLogin, loginOf } from '../../logins/find-login.ts';
import type { LoginRow } from '../../logins/login-row.ts';
import type { LoginState } from '../../logins/login-state.ts';
import type { TraceDetail } from '../../logins/trace.ts';
import { rethrowUnless } from '../../base/errors.ts';
import type { LoginId } from '../../base/ids.ts';
import { readCallback, readCallbackState } from '../../connections/authorization/read-callback.ts';
import type { CallbackFailure, CallbackResult } from '../../connections/authorization/read-callback.ts';
import {
  sendAuthorizationRequest,
  transactionCookie,
} from '../../connections/authorization/send-authorization-request.ts';
import type { Connection } from '../../connections/connection.ts';
import { countsAgainst, recordFailure } from '../../connections/record-outcome.ts';
import { readTrialCallback } from '../../connections/trial/read-trial-callback.ts';
import { trialPath } from '../../connections/trial/trial.ts';
import type { Transaction } from '../../db/database.ts';

/**
 * Reads a callback: finds its login by the transaction alone, and goes on with it there and then where it can
 * (end-at-callback.ts). Else it writes its result into the login, and sends the browser on to `/login/<handle>/finish` by 303:
 * there the Lax cookies arrive that a form posted by another site does not carry. Nothing of a callback is shown: what the
 * browser brought may be anybody's.
 *
 * Browsers repeat requests (reload, two tabs, a repeated form): a second callback waits for the result of the first
 * and goes on with it. So the transaction cookie stays until it expires.
 */
export async function takeCallback(deps: LoginDeps, call: CallbackCall): Promise<Answer> {
  const { t } = deps.shell;
  const parameters = readOnce(call.parameters);
  const state = parameters === undefined ? undefined : readCallbackState(deps, parameters);
  if (parameters === undefined || state === undefined) {
    return takeStray(deps, call, parameters);
  }
  const name = transactionCookie(state);
  const sent = readCookie(call.browser.cookie(name));
  const received = {
    state,
    arrivedAt: `${deps.publicUrl.origin}${call.path}`,
    posted: call.posted,
    parameters,
    browserSecret: sent?.browserSecret,
  };
  const answered = await readCallback(deps, received);
  // Not of a login: the state alone says whether it is of a test.
  const trial = answered.kind === 'unknown' ? await readTrialCallback(deps, received) : 'unknown';
  if (sent !== undefined && typeof trial === 'object') return leaveForTrial(trial, sent.handle);
  if (trial === 'answered' && sent !== undefined) return { status: 303, location: trialPath(sent.handle) };
  const result = trial === 'other-browser' ? { kind: trial } : answered;
  if (sent === undefined || result.kind === 'unknown' || result.kind === 'other-browser') {
    deps.log.warn({ callback: result.kind }, 'a callback that belongs to no login here');
    const cookies: SetCookie[] = [{ name, value: '', maxAge: 0, crossSite: true }];
    // Expired: the page of its login shows its state.
    if (result.kind === 'unknown' && sent !== undefined) {
      return { status: 303, location: `/login/${sent.handle}`, cookies };
    }
    const lead = result.kind === 'other-browser' ? t('login.stray.other-browser') : t('login.stray.lead');
    await recordStray(deps, call, result.kind);
    return { status: 400, page: strayPage(deps.shell, lead, call.reference), cookies };
  }
  const onward = { status: 303, location: `/login/${sent.handle}/finish` } satisfies Answer;
  if (result.kind === 'repeated') {
    await untilAnswered(deps, result.loginId, name);
    return onward;
  }
  const again = result.kind === 'ask-again' ? { ...result, name, ...sent } : undefined;
  const as = async (row: LoginRow | undefined): Promise<Answer> => {
    const login = row?.state;
    if (row === undefined || login === undefined || login.login.step !== 'connection-out') {
      return { ...onward, location: `/login/${sent.handle}` };
    }
    const url = again === undefined ? undefined : await askAgain(deps, row, login, again);
    if (url !== undefined) return url;
    if (result.kind === 'proved') await recordProof(deps, row, login, result);
    else await recordMissing(deps, row, login, result);
    return onward;
  };
  try {
    const ended = result.kind === 'proved' ? await endAtCallback(deps, call, sent.handle, result) : undefined;
    if (ended !== undefined) return ended;
    return await as(loginOf(result.login)).catch(async (error: unknown) => {
      // The login went on while the provider answered: as it stands now.
      rethrowUnless(error, 'login.out-of-order');
      return as(await findLogin(deps, result.loginId));
    });
  } catch (error) {
    // Another tab went on with this login, or the connection was changed meanwhile: the page of the login says so.
    rethrowUnless(error, 'login.out-of-order', 'connection.not-found', 'provider.held');
    return onward;
  }
}

/** How long a repeated callback waits for the first one, which may be speaking to a slow provider. */
const WAIT_MS = 15_000;
/** First and longest pause between two looks. */
const PAUSE_MS = { first: 50, longest: 1000 };

/** Waits until the first callback of a login has written its result. */
async function untilAnswered(deps: LoginDeps, loginId: LoginId, name: string): Promise<void> {
  let pause = PAUSE_MS.first;
  for (let waited = 0; waited < WAIT_MS; waited += pause) {
    const state = (await findLogin(deps, loginId))?.state;
    if (state?.login.step !== 'connection-out') return;
    const { failed, askedAgain } = readConnectionStepState(state.stepState.connection);
    if (failed !== undefined || askedAgain === name) return;
    await setTimeout(pause);
    pause = Math.min(pause * 2, PAUSE_MS.longest);
  }
}

/**
 * Sends the person to the provider once more, with a request that asks what the provider refused otherwise. The answer is a
 * redirect; undefined for a login that went to no connection.
 */
async function askAgain(
  deps: LoginDeps,
  row: LoginRow,
  state: LoginState,
  again: Extract<CallbackResult, { kind: 'ask-again' }> & { name: string; handle: string },
): Promise<Answer | undefined> {
  const { connection, failure, adapted, maxAge, name, handle } = again;
  const { login } = state;
  if (login.connection === null) return undefined;
  const { code, detail, values, providerCode, said, correlationId } = failure;
  deps.log.info({ code, detail, adapted, reference: row.reference }, 'a provider is asked once more');
  const stepState = { connection: { ...readConnectionStepState(state.stepState.connection), askedAgain: name } };
  const about = { code, detail, values, providerCode, said, correlationId };
  await saveStepState(deps, row, { ...state, stepState }, undefined, {
    event: 'asked-again',
    detail: about,
  });
  const sent = await sendAuthorizationRequest(deps, {
    loginId: row.id,
    organizationId: login.connection.organizationId,
    connectionId: connection.id,
    userId: login.subject?.userId ?? null,
    loginHint: login.email,
    maxAge,
    adapted,
  });
  return { status: 303, location: sent.url.href, cookies: [toCookie(sent, handle)] };
}

async function recordProof(deps: LoginDeps, row: LoginRow, state: LoginState, result: ProvedResult): Promise<void> {
  const options = {
    session: null,
    stepState: { connection: toConnectionStepState(deps, result) },
    detail: detailOf(result),
  };
  await applyEvent(deps, row, state, { kind: 'came-back' }, options);
}

async function recordMissing(
  deps: LoginDeps,
  row: LoginRow,
  state: LoginState,
  result:
    | { kind: 'expired'; loginId: LoginId }
    | { kind: 'failed' | 'ask-again'; connection: Connection | null; failure: CallbackFailure },
): Promise<void> {
  if (result.kind === 'expired') {
    await refuse(deps, row, state, 'provider.try-again', { code: 'login.too-late' });
    return;
  }
  const { connection, failure } = result;
  const { code, detail, values, providerCode, correlationId, said } = failure;
  deps.log.warn(
    { code, detail, providerCode, correlationId, reference: row.reference },
    'a login at a provider failed',
  );
  const counted = connection !== null && countsAgainst(failure);
  const reverted = connection !== null && (await recordFailure(deps, connection, failure)).reverted;
  const about = { code, detail, values, providerCode, correlationId, said, counted, reverted };
  await refuse(deps, row, state, failure.person, about);
}

/** While another way is left, the page that offers it says what went wrong; otherwise the login ends. */
async function refuse(
  deps: LoginDeps,
  row: LoginRow,
  state: LoginState,
  code: CallbackFailure['person'],
  detail: TraceDetail,
): Promise<void> {
  if (state.login.connection?.anotherWay === true) {
    const record = async (tx: Transaction): Promise<void> =>
      recordRefusal({ ...deps, db: tx }, row, state.login, detail);
    await saveStepState(deps, row, { ...state, stepState: { connection: { failed: code } } }, record, {
      event: 'failed',
      detail,
    });
    return;
  }
  await applyEvent(deps, row, state, { kind: 'refused', code }, { session: null, detail });
}

/** The parameters, if none is given twice (RFC 6749 3.1) and there are not too many. */
export function readOnce(encoded: string): URLSearchParams | undefined {
  const parameters = new URLSearchParams(encoded);
  const names = [...parameters.keys()];
  return names.length > 50 || new Set(names).size !== names.length ? undefined : parameters;
}
