import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from './answer.ts';
import type { Browser } from './connection-login.ts';
import { askForLink, showForgot, showReset, takeReset } from './entrances/reset-page.ts';
import { beginEmergency, showEmergency, showTrouble } from './entrances/emergency-page.ts';
import { changeAccount, openAccount } from './entrances/change-account.ts';
import type { Call } from './entrances/entrance.ts';
import { showInvitation, takeUp } from './entrances/invitation-page.ts';
import { showSetup, takeSetup } from './entrances/setup-page.ts';
import { openOrganization, showDone, showStart, startLogin } from './entrances/start-page.ts';
import { answerExpired } from './entrances/expired-login.ts';
import type { AssetFile } from './assets/login-assets.ts';
import type { LoginDeps } from './login-deps.ts';
import { showAfterCallback, showLogin, takeStep } from './login-steps.ts';
import { openVisit } from './open-visit.ts';
import { elsewherePage, faultPage } from './pages/message-pages.ts';
import type { Form } from './steps/turn.ts';
import { AppError } from '../base/errors.ts';
import { cookieName, crossSiteCookie, laxCookie } from '../http/cookies.ts';
import { pageHeaders } from '../http/headers.ts';
import { asAppError, statusOf } from '../http/problem.ts';
import { logRefusal, sendProblem } from '../http/server.ts';
import type { Server } from '../http/server.ts';

type Entrance = (deps: LoginDeps, call: Call) => Promise<Answer>;

/** Every address of the pages for people; the answers of identity providers come in through `connection/callback-routes.ts`. */
export function mountLogin(server: Server, deps: LoginDeps, assets: AssetFile[]): void {
  const page = (url: string, entrance: Entrance): void => void server.get(url, entered(deps, entrance));
  const form = (url: string, entrance: Entrance): void => void server.post(url, entered(deps, entrance));

  page('/', showStart);
  page('/account', openAccount);
  form('/account/:token', changeAccount);
  page('/login/start', startLogin);
  page('/login/done', showDone);
  page('/login/trouble', showTrouble);
  page('/login/o/:token', openOrganization);
  page('/login/emergency', showEmergency);
  form('/login/emergency', beginEmergency);
  page('/login/setup/:token', showSetup);
  form('/login/setup/:token', takeSetup);
  page('/login/invitation/:token', showInvitation);
  form('/login/invitation/:token', takeUp);
  page('/login/forgot', showForgot);
  form('/login/forgot', askForLink);
  page('/login/reset/:token', async (d, call) => showReset(d, call, 'password'));
  form('/login/reset/:token', async (d, call) => takeReset(d, call, 'password'));
  page('/login/recover/:token', async (d, call) => showReset(d, call, 'recovery'));
  form('/login/recover/:token', async (d, call) => takeReset(d, call, 'recovery'));

  // What is no address at all: a page for people, a problem document for programs.
  server.setNotFoundHandler(async (request, reply) => {
    const error = new AppError('not-found');
    if (!(request.headers.accept ?? '').includes('text/html')) return sendProblem(error, request, reply, deps.shell.t);
    logRefusal(error, request);
    send(deps, reply, await refusal(deps, request, error));
  });

  for (const file of assets) {
    server.get(`/login/assets/${file.name}`, { logLevel: 'warn' }, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(file.type).send(file.body),
    );
  }

  // One login: its page, its forms, and the way back from an identity provider, where this site's cookies arrive.
  server.get(
    '/login/:handle',
    oneLogin(deps, async (visit) => showLogin(deps, visit)),
  );
  server.get(
    '/login/:handle/finish',
    oneLogin(deps, async (visit) => showAfterCallback(deps, visit)),
  );
  server.get('/login/:handle/over', async (request, reply) => {
    await answered(deps, request, reply, async () => answerExpired(deps, parameter(request, 'handle'), 'repeat'));
  });
  server.post(
    '/login/:handle/:step',
    oneLogin(deps, async (visit, given, step) => takeStep(deps, visit, step, given)),
  );
}

/** A page that belongs to no login. */
function entered(deps: LoginDeps, entrance: Entrance) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await answered(deps, request, reply, async () =>
      entrance(deps, { browser: browserOf(deps, request), token: parameter(request, 'token'), form: formOf(request) }),
    );
  };
}

function oneLogin(
  deps: LoginDeps,
  work: (visit: Awaited<ReturnType<typeof openVisit>>, form: Form, step: string) => Promise<Answer>,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await answered(deps, request, reply, async () => {
      const call = {
        raw: { request: request.raw, response: reply.raw },
        handle: parameter(request, 'handle'),
        browser: browserOf(deps, request),
      };
      return work(await openVisit(deps, call), formOf(request), parameter(request, 'step'));
    });
  };
}

/** Ends every page: refusals become pages, a form of another site is refused before anything else. */
async function answered(
  deps: LoginDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<Answer>,
): Promise<void> {
  try {
    if (request.method === 'POST') requireSameSite(deps, request);
    send(deps, reply, await work());
  } catch (thrown) {
    const error = asAppError(thrown);
    logRefusal(error, request);
    send(deps, reply, await refusal(deps, request, error));
  }
}

async function refusal(deps: LoginDeps, request: FastifyRequest, error: AppError): Promise<Answer> {
  const status = statusOf(error);
  const handle = parameter(request, 'handle');
  if (error.code === 'login.expired')
    return answerExpired(deps, handle, request.url.endsWith('/finish') ? 'repeat' : 'ask');
  if (error.code === 'login.out-of-order' && handle !== '') return { status, page: elsewherePage(deps.shell, handle) };
  const page = faultPage(deps.shell, error, request.id);
  return error.kind === 'limited'
    ? { status, page, retryAfter: Number(error.values['seconds'] ?? 60) }
    : { status, page };
}

/**
 * Only our own pages post here. Browsers say where a request comes from in Sec-Fetch-Site (https and this machine), older
 * ones in Origin; a form of ours arrives with `Origin: null` because its page sends no referrer.
 */
function requireSameSite(deps: LoginDeps, request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const own = site === undefined ? origin === deps.publicUrl.origin : site === 'same-origin';
  if (!own)
    throw new AppError('request.cross-site', { detail: `sec-fetch-site ${String(site)}, origin ${String(origin)}` });
}

/** Sends what a handler answered. */
export function send(deps: Pick<LoginDeps, 'publicUrl'>, reply: FastifyReply, answer: Answer): void {
  const https = deps.publicUrl.protocol === 'https:';
  for (const cookie of answer.cookies ?? []) {
    const options = cookie.crossSite === true ? crossSiteCookie(cookie.maxAge) : laxCookie(https, cookie.maxAge);
    reply.setCookie(cookieName(cookie.name, https), cookie.value, options);
  }
  if (answer.retryAfter !== undefined) reply.header('retry-after', String(answer.retryAfter));
  reply.code(answer.status).headers(pageHeaders());
  if (answer.location === undefined) void reply.send(answer.page ?? '');
  else void reply.header('location', answer.location).send('');
}

/** What steps may know of a request's browser. */
export function browserOf(deps: Pick<LoginDeps, 'publicUrl'>, request: FastifyRequest): Browser {
  const https = deps.publicUrl.protocol === 'https:';
  return {
    cookie(name) {
      const value = request.cookies[cookieName(name, https)];
      return value === '' ? undefined : value;
    },
    cookieNames(start) {
      const whole = cookieName(start, https);
      return Object.keys(request.cookies)
        .filter((name) => name.startsWith(whole))
        .map((name) => start + name.slice(whole.length));
    },
    address: request.ip,
  };
}

function parameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Record<string, string | undefined>)[name];
  return value ?? '';
}

/** The form's fields; of several with one name the last, as nobody sends two. */
function formOf(request: FastifyRequest): Form {
  if (typeof request.body !== 'object' || request.body === null) return {};
  const fields = Object.entries(request.body).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.at(-1) : value,
  ]);
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string')) as Form;
}
