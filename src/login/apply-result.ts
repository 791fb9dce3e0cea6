import { redirect, show } from './answer.ts';
import type { Answer } from './answer.ts';
import { connectionOutStep, prepareRequest, redirectToProvider } from './connection/connection-out-step.ts';
import { rememberBrowser } from './steps/known-browser.ts';
import type { ConnectionOutcome, LoginContext, SetCookie } from './login-context.ts';
import type { LoginDeps } from './login-deps.ts';
import { limitText } from './pages/message-pages.ts';
import type { LoginStep, StepResult } from './steps/step.ts';
import { saveStepState } from './save-step-state.ts';
import { AppError } from '../base/errors.ts';
import { randomSecret } from '../base/random.ts';
import type { Transaction } from '../db/database.ts';
import { statusOf } from '../http/problem.ts';
import { applyEvent } from '../logins/apply-event.ts';
import type { EventOptions } from '../logins/apply-event.ts';
import { resumeUrl } from '../logins/authorization-request.ts';
import { findLogin } from '../logins/find-login.ts';
import { transition } from '../logins/login.ts';
import type { Login, LoginEvent } from '../logins/login.ts';
import { readEmailAddress } from '../users/email-address.ts';
import { mailFullTree } from '../users/notices/mail-full-tree.ts';

/** Applies the result of a step's form; returns where the browser goes. */
export async function applyResult(
  deps: LoginDeps,
  context: LoginContext,
  step: LoginStep,
  result: StepResult,
): Promise<Answer> {
  switch (result.kind) {
    case 'leave':
      return redirect(result.url, result.cookies);
    case 'stay': {
      const { problem, stepState, inTransaction, failed } = result;
      let current = context;
      if (stepState !== undefined || inTransaction !== undefined) {
        current = await saveStepState(deps, context, stepState ?? context.state.stepState, inTransaction, failed);
      }
      if (problem === undefined) return redirect(`/login/${context.request.handle}`);
      return show(await step.show(deps, current, problem), 422);
    }
    case 'go': {
      const { event, kind: _, afterCommit, cookies, ...options } = result;
      const answer = await goOn(deps, context, event, options);
      if (afterCommit !== undefined) {
        await afterCommit().catch((error: unknown) =>
          deps.log.error({ err: error }, 'what follows a step was not done'),
        );
      }
      return { ...answer, cookies: [...(answer.cookies ?? []), ...(cookies ?? [])] };
    }
  }
}

/** Applies an event and says where the browser goes. */
export async function goOn(
  deps: LoginDeps,
  context: LoginContext,
  event: LoginEvent,
  options: Omit<EventOptions, 'session'> & { chooseAccount?: boolean } = {},
): Promise<Answer> {
  const { chooseAccount, ...more } = options;
  // Switching ends the session that stood in the way, in the same transaction.
  const session = event.kind === 'switched' ? null : context.request.session;
  const { request } = context;
  const next = transition(context.state.login, event, session);
  // An address was typed: straight to its provider, no page in between. Of an application that asked which account to use,
  // the provider asks it too.
  const ahead = { ...context, state: { login: next, stepState: {} } };
  const asked = chooseAccount === true || request.prompt.name === 'select_account';
  const outgoing = next.step === 'connection-out' ? await prepareRequest(deps, ahead, asked) : undefined;
  const prepared = outgoing === undefined || 'kind' in outgoing ? undefined : outgoing;
  const applied = { session, ...more, outgoing: prepared };
  const login = await applyEvent(deps, context.row, context.state, event, applied);
  if (login.step === 'refused') {
    // Leads from the reference on the page, which the audit event has too, to the request.
    deps.log.info({ code: login.refusal, reference: context.row.reference }, 'a login was refused');
  }
  if (prepared !== undefined) {
    const { url, cookies } = redirectToProvider(context, prepared);
    return redirect(url, cookies);
  }
  const resume = resumeUrl(deps.publicUrl, request);
  if (login.step === 'finished') return redirect(resume, afterFinish(deps, context, login));
  if (login.step === 'refused' && login.refusal === 'access_denied') return redirect(resume);
  if (outgoing === undefined || !('kind' in outgoing)) return redirect(`/login/${request.handle}`);
  // The provider cannot be used: the page of this step says so, unless another tab went on since the event was written.
  const found = (await findLogin(deps, context.row.id)) ?? context.row;
  const row = { ...found, version: context.row.version + 1 };
  return { ...(await applyResult(deps, { ...ahead, row }, connectionOutStep, outgoing)), status: 502 };
}

/**
 * A browser in which a password was proved is known from then on, for the address the password was proved for: never for
 * one that a request only named, as in a step-up or a question for consent.
 */
function afterFinish(deps: LoginDeps, context: LoginContext, login: Login): SetCookie[] {
  const proved = login.proofs.some(({ kind }) => kind === 'password');
  const address = proved && login.email !== null ? readEmailAddress(login.email) : undefined;
  return address === undefined ? [] : [rememberBrowser(deps, context.browser, address.key)];
}

/** What the request to the identity provider came to. */
export async function applyOutcome(
  deps: LoginDeps,
  context: LoginContext,
  outcome: ConnectionOutcome,
): Promise<Answer> {
  switch (outcome.kind) {
    case 'ask':
      return show(outcome.page.markup);
    case 'choose-account': {
      const { connection, subject, email } = context.state.login;
      if (connection === null) throw new AppError('login.out-of-order');
      const to = { kind: 'connection', choice: connection, subject } as const;
      return goOn(deps, context, { kind: 'identified', email, to }, { chooseAccount: true });
    }
    case 'refused': {
      const { code, detail, inTransaction } = outcome;
      return goOn(deps, context, { kind: 'refused', code }, { detail, inTransaction });
    }
    case 'proved': {
      const { subject, at, federated, ownFactor, inTransaction, detail, plain } = outcome;
      const event = { kind: 'connection-proved', subject, at, federated, ownFactor } as const;
      return goOn(deps, context, event, { detail, inTransaction, plain, stepState: { challenge: randomSecret() } });
    }
  }
}

/** Codes that end a login, thrown by operations; those of invitations do, too. */
const ENDING: ReadonlySet<string> = new Set(['login.refused', 'login.no-account', 'identity.taken']);

/** A limit is shown on the step's own page, with what was typed; a refusal ends the login, as a first login for which there is no room; other errors are thrown. */
export async function applyError(
  deps: LoginDeps,
  context: LoginContext,
  step: LoginStep | null,
  error: unknown,
): Promise<Answer> {
  if (!(error instanceof AppError)) throw error;
  if (error.kind === 'limited' && step !== null) {
    const blocked = error.code === 'password.blocked';
    const text = blocked ? deps.shell.t('error.password.blocked') : limitText(deps.shell, error);
    const answer = show(await step.show(deps, context, { text }), statusOf(error));
    return blocked ? answer : { ...answer, retryAfter: Number(error.values['seconds'] ?? 60) };
  }
  if (ENDING.has(error.code) || error.code.startsWith('invitation.')) {
    const detail = { code: error.code, ...(error.detail === undefined ? {} : { why: error.detail }) };
    return goOn(deps, context, { kind: 'refused', code: error.code }, { detail });
  }
  if (error.code === 'quota.reached') {
    const { connection } = context.state.login;
    const tell =
      connection === null
        ? undefined
        : async (db: Transaction) => mailFullTree({ ...deps, db }, connection.organizationId);
    const detail = { code: 'login.full', why: 'users-full' };
    return goOn(deps, context, { kind: 'refused', code: 'login.full' }, { detail, inTransaction: tell });
  }
  throw error;
}
