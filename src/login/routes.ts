import { changeAccount, openAccount } from './account/change-account.ts';
import type { Answer } from './answer.ts';
import { redirect, show } from './answer.ts';
import { applyError, applyOutcome, applyResult, goOn } from './apply-result.ts';
import type { AssetFile } from './assets/login-assets.ts';
import { answerExpired } from './expired-login.ts';
import { answerBinding, finishBinding } from './connection/binding-step.ts';
import { connectionOutStep } from './connection/connection-out-step.ts';
import { handleRequest, sendRefusal } from './handle-request.ts';
import type { PageRequest } from './handle-request.ts';
import { isLoggedInMeanwhile } from './logged-in-meanwhile.ts';
import type { LoginContext } from './login-context.ts';
import { shellFor } from './login-deps.ts';
import type { LoginDeps, LoginDoor } from './login-deps.ts';
import { openLogin } from './open-login.ts';
import type { Opening } from './open-login.ts';
import { showAddress, submitAddress } from './pages/address-page.ts';
import { beginEmergency, showEmergency, showTrouble } from './pages/emergency-page.ts';
import { redeem, showInvitation } from './pages/invitation-page.ts';
import { elsewherePage } from './pages/message-pages.ts';
import { showRefusal } from './pages/refused/refusal-page.ts';
import { askForLink, showForgot, showForgotInLogin, showReset, submitReset } from './pages/reset-page.ts';
import { showSetup, submitSetup } from './pages/setup-page.ts';
import { openOrganization, showDone, showStart, startLogin } from './pages/start-page.ts';
import { addressCodeStep } from './steps/address-code-step.ts';
import { chooseOrganizationStep } from './steps/choose-organization-step.ts';
import { choosePasswordStep } from './steps/choose-password-step.ts';
import { consentStep } from './steps/consent-step.ts';
import { enrollmentStep } from './steps/enrollment-step.ts';
import { identifyStep } from './steps/identify-step.ts';
import { passwordStep } from './steps/password-step.ts';
import { recoveryCodesStep } from './steps/recovery-codes-step.ts';
import { secondFactorStep } from './steps/second-factor-step.ts';
import type { Form, LoginStep } from './steps/step.ts';
import { selectAccountStep } from './steps/session/select-account-step.ts';
import { switchUserStep } from './steps/session/switch-user-step.ts';
import { beginTrialRun, showTrial } from './trial/take-trial.ts';
import { AppError, rethrowUnless } from '../base/errors.ts';
import { sendProblem } from '../http/server.ts';
import type { Server } from '../http/server.ts';
import { resumeUrl } from '../logins/authorization-request.ts';
import { findUsableMethod } from '../logins/find-login-method.ts';
import { previousDestination } from '../logins/find-destination.ts';
import type { Step } from '../logins/login.ts';
import { readEmailAddress } from '../users/email-address.ts';
import { findUser } from '../users/find-users.ts';

/**
 * The door for people: HTML pages and forms, no script needed but for security keys.
 *
 *     routes.ts ─> handle-request.ts   cookies, form, same-site check; refusals become pages
 *        │  /login/<handle>…           one login
 *        ├─> open-login.ts             the login's row in the browser it belongs to
 *        ├─> steps/*-step.ts           show: the page of a state; submit: its form, which gives a StepResult
 *        │      └─> operations of the rooms below, which do the work
 *        ├─> apply-result.ts           StepResult -> event of `logins/login.ts` -> where the browser goes
 *        │  everything else            pages/ (start, links by mail, emergency), account/
 *        ├─ setup/                     setup links (/setup/…): somebody without an account; routes of its own
 *        ├─ trial/                     *Test* of a connection: the same callback, no login
 *        ├─ logout/                    identity providers tell that somebody logged out there; routes of its own
 *        └─ connection/                to and from an identity provider; its callback has routes of its own
 *
 * The OpenID Provider sends a browser to /login/<handle>; a finished login sends it back by `resumeUrl`.
 */
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
  'select-account': selectAccountStep,
  consent: consentStep,
  'connection-out': connectionOutStep,
};

/** Steps that prove a password or factor of ours. */
const PROVING: ReadonlySet<string> = new Set<Step>(['password', 'second-factor', 'step-up']);

type Handler = (deps: LoginDeps, request: PageRequest) => Promise<Answer>;
type LoginHandler = (deps: LoginDeps, context: LoginContext, request: PageRequest) => Promise<Answer>;

/** Every address of the pages for people; the answers of identity providers arrive at `connection/callback-routes.ts`. */
export function mountLogin(server: Server, door: LoginDoor, assets: AssetFile[]): void {
  const page = (url: string, handler: Handler): void => void server.get(url, handleRequest(door, handler));
  const form = (url: string, handler: Handler): void => void server.post(url, handleRequest(door, handler));
  const inLogin = (handler: LoginHandler, opening: Opening | ((form: Form) => Opening) = { posted: true }) =>
    handleRequest(door, async (deps, request) => {
      const how = typeof opening === 'function' ? opening(request.form) : opening;
      const context = await openLogin(deps, request.parameter('handle'), request.browser, how);
      if (await isLoggedInMeanwhile(deps, context, request.form)) {
        return redirect(resumeUrl(deps.publicUrl, context.request));
      }
      try {
        return await handler(deps, context, request);
      } catch (error) {
        return applyError(deps, context, null, error);
      }
    });

  page('/', showStart);
  page('/account', openAccount);
  // Where password managers lead (A Well-Known URL for Changing Passwords, W3C).
  page('/.well-known/change-password', async () => redirect('/account'));
  form('/account/:action', changeAccount);
  page('/login/start', startLogin);
  page('/login/done', showDone);
  page('/login/trouble', showTrouble);
  page('/login/o/:organizationId', openOrganization);
  page('/login/emergency', showEmergency);
  form('/login/emergency', beginEmergency);
  page('/login/setup/:token', showSetup);
  form('/login/setup/:token', submitSetup);
  page('/login/invitation/:token', showInvitation);
  form('/login/invitation/:token', redeem);
  page('/login/address/:token', showAddress);
  form('/login/address/:token', submitAddress);
  page('/login/test/:link', showTrial);
  form('/login/test/:link', beginTrialRun);
  page('/login/forgot', showForgot);
  form('/login/forgot', askForLink);
  page('/login/reset/:token', async (d, request) => showReset(d, request, 'password'));
  form('/login/reset/:token', async (d, request) => submitReset(d, request, 'password'));
  page('/login/recover/:token', async (d, request) => showReset(d, request, 'recovery'));
  form('/login/recover/:token', async (d, request) => submitReset(d, request, 'recovery'));

  server.get('/login/:handle', inLogin(showState, { posted: false, subject: 'show' }));
  // Where an identity provider's answer leads: this site's Lax cookies arrive here.
  server.get('/login/:handle/finish', inLogin(showAfterCallback, { posted: false, returned: true }));
  server.get('/login/:handle/forgot', inLogin(showForgotInLogin, { posted: false }));
  page('/login/:handle/over', async (d, request) => answerExpired(d, request.parameter('handle'), 'repeat'));
  for (const [name, step] of Object.entries(STEPS)) {
    server.post(
      `/login/:handle/${name}`,
      inLogin(
        async (deps, context, { form: given }) => submitStep(deps, context, name, step, given),
        name === 'identify' ? withAddress : { posted: true, ...(PROVING.has(name) ? { subject: 'prove' } : {}) },
      ),
    );
  }
  server.post(
    '/login/:handle/connection-back',
    inLogin(async (deps, context, { form: given }) => submitBinding(deps, context, given)),
  );
  server.post(
    '/login/:handle/start-over',
    inLogin(async (deps, context) => goOn(deps, context, { kind: 'started-over' })),
  );
  server.post('/login/:handle/another-way', inLogin(tryPreviousMethod));
  server.post(
    '/login/:handle/leave',
    inLogin(async (deps, context) => {
      if (context.state.login.step !== 'refused') return showElsewhere(deps, context);
      return redirect(resumeUrl(deps.publicUrl, context.request));
    }),
  );

  server.post(
    '/login/:handle/:step',
    inLogin(async (deps, context) => showElsewhere(deps, context)),
  );

  // Unknown addresses: a page for people, a problem document (RFC 9457) for programs.
  server.setNotFoundHandler(async (request, reply) => {
    const error = new AppError('not-found');
    if (!(request.headers.accept ?? '').includes('text/html')) return sendProblem(error, request, reply, door.texts);
    await sendRefusal({ ...door, shell: shellFor(door, request), log: request.log }, request, reply, error);
  });
  for (const file of assets) {
    server.get(`/login/assets/${file.name}`, { logLevel: 'warn' }, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(file.type).send(file.body),
    );
  }
}

/** GET /login/<handle>: the page of the state a login is in. Changes nothing, except after a provider's callback. */
async function showState(deps: LoginDeps, context: LoginContext): Promise<Answer> {
  const { login } = context.state;
  const step = STEPS[login.step];
  if (step !== undefined) return show(await step.show(deps, context, undefined));
  switch (login.step) {
    case 'connection-back':
      return applyOutcome(deps, context, await finishBinding(deps, context));
    case 'finished':
      return redirect(resumeUrl(deps.publicUrl, context.request));
    case 'refused':
      return showRefusal(deps, context);
    default:
      throw new AppError('login.expired');
  }
}

/**
 * GET /login/<handle>/finish: where a callback leads that cannot go on itself. Concurrent requests (two tabs): one applies the result, the others
 * show it.
 */
async function showAfterCallback(deps: LoginDeps, context: LoginContext): Promise<Answer> {
  try {
    return await showState(deps, context);
  } catch (error) {
    rethrowUnless(error, 'login.out-of-order');
    return redirect(`/login/${context.request.handle}/finish`);
  }
}

/** The first page's form: what is known of the address is read with the login. */
function withAddress({ email }: Form): Opening {
  return { posted: true, address: readEmailAddress(email ?? '') };
}

/** POST /login/<handle>/<step>: one form. The step in the address must be the one the login is in. */
async function submitStep(
  deps: LoginDeps,
  context: LoginContext,
  name: string,
  step: LoginStep,
  form: PageRequest['form'],
): Promise<Answer> {
  const { login } = context.state;
  const current = name === login.step;
  // The first page may be posted from any step: another address.
  if (!current && (name !== 'identify' || login.step === 'consent')) return showElsewhere(deps, context);
  try {
    return await applyResult(deps, context, step, await step.submit(deps, context, form));
  } catch (error) {
    return applyError(deps, context, current ? step : null, error);
  }
}

/** A form of the page that asks after a provider's callback. */
async function submitBinding(deps: LoginDeps, context: LoginContext, form: PageRequest['form']): Promise<Answer> {
  if (context.state.login.step !== 'connection-back') return showElsewhere(deps, context);
  return applyOutcome(deps, context, await answerBinding(deps, context, form));
}

/** *Try another way*, while a connection is unconfirmed. */
async function tryPreviousMethod(deps: LoginDeps, context: LoginContext): Promise<Answer> {
  const { connection, subject } = context.state.login;
  const usable =
    connection === null ? undefined : await findUsableMethod(deps, connection.organizationId, subject?.userId ?? null);
  const user = subject === null ? undefined : await findUser(deps, subject.userId);
  const to = usable === undefined ? undefined : previousDestination(usable, user);
  if (to === undefined) throw new AppError('login.out-of-order', { detail: 'there is no other way' });
  return goOn(deps, context, { kind: 'another-way', to });
}

function showElsewhere(deps: LoginDeps, context: LoginContext): Answer {
  return show(elsewherePage(deps.shell, context.request.handle), 422);
}
