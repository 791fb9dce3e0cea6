import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from './answer.ts';
import { answerExpired } from './expired-login.ts';
import type { Browser } from './login-context.ts';
import { shellFor } from './login-deps.ts';
import type { LoginDeps, LoginDoor } from './login-deps.ts';
import { elsewherePage, faultPage } from './pages/message-pages.ts';
import type { Form } from './steps/step.ts';
import { AppError } from '../base/errors.ts';
import { cookieName, crossSiteCookie, laxCookie } from '../http/cookies.ts';
import { pageHeaders } from '../http/headers.ts';
import { networkOf } from '../base/network.ts';
import { asAppError, statusOf } from '../http/problem.ts';
import { logRefusal } from '../http/server.ts';

/** A request for a page, as a handler is given it. */
export interface PageRequest {
  browser: Browser;
  form: Form;
  /** A parameter of the address; empty when it has none of that name. */
  parameter(name: string): string;
}

/**
 * Ends every page: in the language of the request, refusals as pages; a form of another site is refused before anything
 * else.
 */
export function handleRequest(door: LoginDoor, handler: (deps: LoginDeps, request: PageRequest) => Promise<Answer>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    // Its lines carry the request's id.
    const deps = { ...door, shell: shellFor(door, request), log: request.log };
    try {
      if (request.method === 'POST') requireSameSite(deps, request);
      const parameter = (name: string): string => parameterOf(request, name);
      send(
        deps,
        reply,
        await handler(deps, { browser: readBrowser(deps, request), form: readForm(request), parameter }),
      );
    } catch (thrown) {
      await sendRefusal(deps, request, reply, thrown);
    }
  };
}

/** Answers a refusal with its page. */
export async function sendRefusal(
  deps: LoginDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): Promise<void> {
  const error = asAppError(thrown);
  logRefusal(error, request);
  send(deps, reply, await refusal(deps, request, error));
}

async function refusal(deps: LoginDeps, request: FastifyRequest, error: AppError): Promise<Answer> {
  const status = statusOf(error);
  const handle = parameterOf(request, 'handle');
  if (error.code === 'login.expired') {
    return answerExpired(deps, handle, request.url.endsWith('/finish') ? 'repeat' : 'ask');
  }
  if (error.code === 'login.out-of-order' && handle !== '') return { status, page: elsewherePage(deps.shell, handle) };
  const page = faultPage(deps.shell, error, request.id);
  return error.kind === 'limited'
    ? { status, page, retryAfter: Number(error.values['seconds'] ?? 60) }
    : { status, page };
}

/**
 * Only our own pages post here. Browsers say where a request comes from in Sec-Fetch-Site (W3C Fetch Metadata; on https
 * and this machine), older ones in Origin; a form of ours arrives with `Origin: null` because its page sends no referrer.
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
export function readBrowser(deps: Pick<LoginDeps, 'publicUrl'>, request: FastifyRequest): Browser {
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
    // Bound to the path of its page, so it has no `__Host-` prefix.
    loginHandle: request.cookies['login'],
    network: networkOf(request.ip),
  };
}

function parameterOf(request: FastifyRequest, name: string): string {
  const value = (request.params as Record<string, string | undefined>)[name];
  return value ?? '';
}

/** The form's fields; of several with one name the last, as nobody sends two. */
function readForm(request: FastifyRequest): Form {
  if (typeof request.body !== 'object' || request.body === null) return {};
  const fields = Object.entries(request.body).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.at(-1) : value,
  ]);
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string')) as Form;
}
