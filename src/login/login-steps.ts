import { redirect, show } from './answer.ts';
import type { Answer } from './answer.ts';
import { advanceLogin, noteInLogin } from './advance-login.ts';
import type { Advance } from './advance-login.ts';
import type { ConnectionOutcome, SetCookie, Visit } from './connection-login.ts';
import { findWayIn, otherWayOf } from './find-organization.ts';
import type { LoginDeps } from './login-deps.ts';
import type { Login, LoginEvent, Step } from './login.ts';
import { elsewherePage, limitText, refusedPage } from './pages/message-pages.ts';
import type { Problem } from './pages/parts.ts';
import { addressCodeStep } from './steps/address-code-step.ts';
import { chooseOrganizationStep } from './steps/choose-organization-step.ts';
import { choosePasswordStep } from './steps/choose-password-step.ts';
import { consentStep } from './steps/consent-step.ts';
import { enrollmentStep } from './steps/enrollment-step.ts';
import { rememberDevice } from './steps/known-device.ts';
import { identifyStep } from './steps/identify-step.ts';
import { passwordStep } from './steps/password-step.ts';
import { recoveryCodesStep } from './steps/recovery-codes-step.ts';
import { secondFactorStep } from './steps/second-factor-step.ts';
import { switchUserStep } from './steps/switch-user-step.ts';
import type { Form, LoginStep, Turn } from './steps/turn.ts';
import { actionOf } from './steps/turn.ts';
import { AppError } from '../base/errors.ts';
import { statusOf } from '../http/problem.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import { readEmailAddress } from '../users/email-address.ts';
import { findUser } from '../users/find-users.ts';

/** The steps with a form of ours; the two of the identity provider are handed in, the rest are ends. */
const STEPS: Partial<Record<Step, LoginStep>> = {
  identify: identifyStep,
  'address-code': addressCodeStep,
  'choose-organization': chooseOrganizationStep,
  password: passwordStep,
  'choose-password': choosePasswordStep,
  enroll: enrollmentStep,
  'recovery-codes': recoveryCodesStep,
  'second-factor': secondFactorStep,
  'step-up': secondFactorStep,
  'switch-user': switchUserStep,
  consent: consentStep,
};

/** GET /login/<handle>: the page of the state a login is in. Changes nothing, but at the way back from a provider. */
export async function showLogin(deps: LoginDeps, visit: Visit, problem?: Problem, status = 200): Promise<Answer> {
  const { login } = visit.state;
  const step = STEPS[login.step];
  if (step !== undefined) return show(await step.show(deps, visit, problem), status);
  switch (login.step) {
    case 'connection-out':
      return show((await deps.connections.outPage(visit, problem)).markup, status);
    case 'connection-back':
      return outcome(deps, visit, await deps.connections.finish(visit));
    case 'finished':
      return redirect(deps.requests.resumeUrl(visit.request.handle));
    case 'refused':
      return showRefusal(deps, visit, login);
    default:
      throw new AppError('login.expired');
  }
}

/**
 * GET /login/<handle>/finish: where a callback leads. Of several at once (two tabs) one goes on with the login; the others
 * share what came of it.
 */
export async function showAfterCallback(deps: LoginDeps, visit: Visit): Promise<Answer> {
  try {
    return await showLogin(deps, visit);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'login.out-of-order') return redirect(`/login/${visit.request.handle}/finish`);
    if (error.code === 'identity.taken') {
      const detail = { code: error.code, why: error.detail };
      return follow(deps, visit, await advance(deps, visit, { kind: 'refused', code: error.code }, { detail }));
    }
    throw error;
  }
}

/** POST /login/<handle>/<step>: one form. The step in the address must be the one the login is in. */
export async function takeStep(deps: LoginDeps, visit: Visit, step: string, form: Form): Promise<Answer> {
  const { login } = visit.state;
  const { handle } = visit.request;
  if (login.step === 'finished') throw new AppError('login.expired');
  if (step === 'start-over') return follow(deps, visit, await advance(deps, visit, { kind: 'started-over' }));
  if (step === 'leave' && login.step === 'refused') return redirect(deps.requests.resumeUrl(handle));
  if (step === 'another-way') return anotherWay(deps, visit);
  // Back to the first page and another address is no step out of order.
  const taken =
    step === 'identify' && login.step !== 'consent' ? identifyStep : step === login.step ? STEPS[step] : null;
  try {
    if (taken !== null && taken !== undefined) return await take(deps, visit, await taken.take(deps, visit, form));
    if (step === 'connection-out' && login.step === step) return await goOut(deps, visit);
    if (step === 'connection-back' && login.step === step) {
      return await outcome(deps, visit, await deps.connections.answer(visit, form));
    }
  } catch (error) {
    return refusedStep(deps, visit, error, step === login.step);
  }
  return show(elsewherePage(deps.shell, handle), 422);
}

async function take(deps: LoginDeps, visit: Visit, turn: Turn): Promise<Answer> {
  switch (turn.kind) {
    case 'away':
      return redirect(turn.url, turn.cookies);
    case 'stay': {
      const { notes, work, problem } = turn;
      if (notes !== undefined || work !== undefined) {
        await noteInLogin(deps, visit, notes ?? visit.state.notes, work);
      }
      if (problem === undefined) return redirect(`/login/${visit.request.handle}`);
      return showLogin(deps, visit, problem, 422);
    }
    case 'consent': {
      const { scope, work } = turn;
      return follow(deps, visit, await advance(deps, visit, { kind: 'consented' }, { consent: { scope }, work }));
    }
    case 'go': {
      const { event, kind: _, cookies, ...rest } = turn;
      const login = await advance(deps, visit, event, rest);
      const answer = await follow(deps, visit, login);
      return { ...answer, cookies: [...(answer.cookies ?? []), ...(cookies ?? [])] };
    }
  }
}

async function advance(
  deps: LoginDeps,
  visit: Visit,
  event: LoginEvent,
  more: Omit<Advance, 'session'> = {},
): Promise<Login> {
  // Switching ends the session that stood in the way, in the same transaction.
  const session = event.kind === 'switched' ? null : visit.request.session;
  return advanceLogin(deps, visit.row, visit.state, event, { session, ...more });
}

/** Where the browser goes after an event. */
async function follow(
  deps: LoginDeps,
  visit: Visit,
  login: Login,
  options: { chooseAccount?: boolean } = {},
): Promise<Answer> {
  const { handle } = visit.request;
  if (login.step === 'finished') return redirect(deps.requests.resumeUrl(handle), afterFinish(deps, visit, login));
  if (login.step === 'refused' && login.refusal === 'access_denied') return redirect(deps.requests.resumeUrl(handle));
  if (login.step !== 'connection-out') return redirect(`/login/${handle}`);
  // An address was typed: straight to its provider, no page in between.
  const onward = {
    ...visit,
    row: { ...visit.row, version: visit.row.version + 1 },
    state: { ...visit.state, login, notes: {} },
  };
  return goOut(deps, onward, options);
}

/** A browser somebody logged in with a password of ours is known from then on. */
function afterFinish(deps: LoginDeps, visit: Visit, login: Login): SetCookie[] {
  const address = login.connection === null && login.email !== null ? readEmailAddress(login.email) : undefined;
  return address === undefined ? [] : [rememberDevice(deps, visit.browser, address.key)];
}

async function goOut(deps: LoginDeps, visit: Visit, options: { chooseAccount?: boolean } = {}): Promise<Answer> {
  try {
    const { url, cookies } = await deps.connections.begin(visit, options);
    return redirect(url, cookies);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'connection.refused') throw error;
    deps.log.warn({ code: error.code, detail: error.detail, reference: visit.row.reference }, 'provider not usable');
    return showLogin(deps, visit, { text: deps.shell.t('login.connection.unavailable') }, 502);
  }
}

/** What the steps at the identity provider came to. */
async function outcome(deps: LoginDeps, visit: Visit, came: ConnectionOutcome): Promise<Answer> {
  switch (came.kind) {
    case 'ask':
      return show(came.page.markup);
    case 'choose-account': {
      const { connection, subject, email } = visit.state.login;
      if (connection === null) throw new AppError('login.out-of-order');
      const to = { kind: 'connection', choice: connection, subject } as const;
      const login = await advance(deps, visit, { kind: 'identified', email, to });
      return follow(deps, visit, login, { chooseAccount: true });
    }
    case 'refused': {
      const event: LoginEvent = { kind: 'refused', code: came.code };
      return follow(
        deps,
        visit,
        await advance(deps, visit, event, came.detail === undefined ? {} : { detail: came.detail }),
      );
    }
    case 'proved': {
      const { subject, at, federated, complete } = came;
      const event: LoginEvent = { kind: 'connection-proved', subject, at, federated };
      return follow(deps, visit, await advance(deps, visit, event, { work: complete }));
    }
  }
}

/** *Try another way*, while a connection is unconfirmed. */
async function anotherWay(deps: LoginDeps, visit: Visit): Promise<Answer> {
  const { connection, subject } = visit.state.login;
  const way = connection === null ? undefined : await findWayIn(deps, connection.organizationId);
  const user = subject === null ? undefined : await findUser(deps, subject.userId);
  const to = way === undefined ? undefined : otherWayOf(way, user);
  if (to === undefined) throw new AppError('login.out-of-order', { detail: 'there is no other way' });
  return follow(deps, visit, await advance(deps, visit, { kind: 'another-way', to }));
}

/** A limit is said on the page itself, what was typed stays; everything else has a page of its own. */
async function refusedStep(deps: LoginDeps, visit: Visit, error: unknown, current: boolean): Promise<Answer> {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'request.too-many' && current) {
    const answer = await showLogin(deps, visit, { text: limitText(deps.shell, error) }, statusOf(error));
    return { ...answer, retryAfter: Number(error.values['seconds'] ?? 60) };
  }
  if (error.code === 'login.refused' || error.code.startsWith('invitation.')) {
    const detail = { code: error.code, ...(error.detail === undefined ? {} : { why: error.detail }) };
    return follow(deps, visit, await advance(deps, visit, { kind: 'refused', code: error.code }, { detail }));
  }
  throw error;
}

async function showRefusal(deps: LoginDeps, visit: Visit, login: Login): Promise<Answer> {
  const { t } = deps.shell;
  const { application } = visit.request;
  const organizationId = login.subject?.organizationId ?? login.connection?.organizationId;
  const organization = organizationId === undefined ? undefined : await findOrganization(deps, organizationId);
  const lead =
    login.refusal === null || login.refusal === 'login.refused' || login.refusal === 'access_denied'
      ? t('login.refused.lead')
      : t(`error.${login.refusal}`, { reference: visit.row.reference });
  const leave =
    application.kind === 'registered' ? { action: actionOf(visit, 'leave'), application: application.name } : null;
  const page = refusedPage(deps.shell, {
    lead,
    reference: visit.row.reference,
    supportContact: organization?.supportContact ?? null,
    startOver: actionOf(visit, 'start-over'),
    leave,
  });
  return show(page, 403);
}
