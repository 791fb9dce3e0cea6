import { consentFormPage, consentMessage } from './consent-pages.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { readOnce } from '../connection/callback.ts';
import { handleRequest } from '../handle-request.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps, LoginDoor } from '../login-deps.ts';
import { leaveForTrial } from '../trial/take-trial.ts';
import { HOUR } from '../../base/clock.ts';
import { sha256 } from '../../base/random.ts';
import { answerConsent, openConsent, requestConsent } from '../../connections/template/answer-consent.ts';
import type { AnswerDeps } from '../../connections/template/answer-consent.ts';
import { consentPath, REQUEST_LIFETIME } from '../../connections/template/consent.ts';
import { CONSENT_PATH, CONSENT_RETURN_PATH } from '../../connections/template/template.ts';
import { inTransaction } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import type { Server } from '../../http/server.ts';

/**
 * Admin consent to a connection template: no account and no session, a link.
 *
 *     GET  /login/consent/<link>    what it is for; POST leads to the provider's consent page
 *     GET  /login/consent           where that page answers; on to the login that proves the directory (../trial)
 *     GET  /login/consent/return    back from that login, to the link
 *
 * The work is done by `connections/template`; consent-pages.ts holds the pages.
 */
export function mountConsent(server: Server, door: LoginDoor): void {
  server.get(CONSENT_PATH, async (request, reply) =>
    handleRequest(door, async (deps, page) => takeAnswer(deps, page, request.url.split('?')[1] ?? ''))(request, reply),
  );
  server.get(CONSENT_RETURN_PATH, handleRequest(door, returnFromLogin));
  server.get(`${CONSENT_PATH}/:link`, handleRequest(door, showConsent));
  server.post(`${CONSENT_PATH}/:link`, handleRequest(door, beginConsent));
}

const LOOKS = { name: 'link', points: 60, seconds: 60 };
/** How often one link may make us ask the provider. */
const REQUESTS = { name: 'consent-request', points: 30, seconds: HOUR };
/** The link that a browser began with: answers and the login lead back to it. */
const LINK_COOKIE = 'consent-link';

async function showConsent(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const link = request.parameter('link');
  const opened = await openConsent(deps, link);
  return opened === undefined
    ? show(consentMessage(deps.shell, 'closed'), 410)
    : show(consentFormPage(deps.shell, opened, consentPath(link)));
}

async function beginConsent(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const link = request.parameter('link');
  const opened = await openConsent(deps, link);
  if (opened === undefined) return show(consentMessage(deps.shell, 'closed'), 410);
  if (opened.consent.testedAt !== null) return redirect(consentPath(link));
  await deps.rateLimit.consume(REQUESTS, opened.consent.id);
  const { url, state, browserSecret } = await requestConsent(toDeps(deps), opened);
  return redirect(url, [
    { name: cookieOf(state), value: browserSecret, maxAge: REQUEST_LIFETIME },
    { name: LINK_COOKIE, value: link, maxAge: REQUEST_LIFETIME },
  ]);
}

async function takeAnswer(deps: LoginDeps, request: PageRequest, query: string): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const parameters = readOnce(query);
  const state = parameters?.get('state') ?? null;
  if (parameters === undefined || state === null) return show(consentMessage(deps.shell, 'stray'), 400);
  const browserSecret = request.browser.cookie(cookieOf(state));
  const answered = await answerConsent(toDeps(deps), { parameters, browserSecret });
  if (typeof answered === 'object') return leaveForTrial(answered.sent, answered.link);
  return answered === 'failed' ? returnFromLogin(deps, request) : show(consentMessage(deps.shell, 'stray'), 400);
}

async function returnFromLogin(deps: LoginDeps, { browser }: PageRequest): Promise<Answer> {
  const link = browser.cookie(LINK_COOKIE);
  if (link === undefined) return show(consentMessage(deps.shell, 'stray'), 400);
  return redirect(consentPath(encodeURIComponent(link)));
}

function cookieOf(state: string): string {
  return `consent-${sha256(state).toString('hex').slice(0, 8)}`;
}

function toDeps(deps: LoginDeps): AnswerDeps {
  const { db, publicUrl } = deps;
  return {
    ...deps,
    publicUrl: publicUrl.href,
    transact: async <T>(work: (tx: Transaction) => Promise<T>) =>
      inTransaction({ db }, async (inside) => work(inside.db)),
  };
}
