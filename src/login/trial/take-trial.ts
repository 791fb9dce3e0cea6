import { trialCheckingPage, trialEndedPage, trialResultPage, trialStartPage } from './trial-pages.ts';
import type { ShownTrial } from './trial-pages.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import { toCookie } from '../connection/callback-call.ts';
import type { LoginDeps } from '../login-deps.ts';
import { HOUR } from '../../base/clock.ts';
import { sameDigest, sha256 } from '../../base/random.ts';
import type { SentRequest } from '../../connections/authorization/send-authorization-request.ts';
import { connectorOf } from '../../connections/connection-settings.ts';
import { openTrial, readTested } from '../../connections/trial/open-trial.ts';
import type { OpenedTrial } from '../../connections/trial/open-trial.ts';
import { sendTrialRequest } from '../../connections/trial/send-trial-request.ts';
import { stateOf, trialPath } from '../../connections/trial/trial.ts';

const LOOKS = { name: 'link', points: 60, seconds: 60 };
const MOST_RUNS = { name: 'trial-run', points: 20, seconds: HOUR };

/**
 * GET /login/test/<link>: in the browser that made the round trip what came of it; in any other the page that begins
 * one. Changes nothing.
 */
export async function showTrial(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const link = request.parameter('link');
  const opened = await openTrial(deps, link);
  if (opened === undefined) return show(trialEndedPage(deps.shell), 410);
  const shown = await describe(deps, opened, link);
  const { run } = opened;
  const secret = request.browser.cookie(cookieOf(link));
  const own = secret !== undefined && run.browserHash !== null && sameDigest(sha256(secret), run.browserHash);
  if (!own || stateOf(run) === 'ready') return show(trialStartPage(deps.shell, shown));
  if (stateOf(run) === 'sent' && run.receivedAt !== null) return show(trialCheckingPage(deps.shell, shown));
  return show(trialResultPage(deps.shell, shown));
}

/** POST /login/test/<link>: to the provider. No session is looked at, and none is made. */
export async function beginTrialRun(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const link = request.parameter('link');
  const opened = await openTrial(deps, link);
  if (opened === undefined) return show(trialEndedPage(deps.shell), 410);
  await deps.rateLimit.consume(MOST_RUNS, opened.run.id);
  const chooseAccount = request.form['other'] !== undefined;
  return leaveForTrial(await sendTrialRequest(deps, opened, { chooseAccount }), link);
}

/** To the provider, with the cookies that the callback and the page of the result ask for. */
export function leaveForTrial(sent: SentRequest, link: string): Answer {
  // The callback, which another site may post, finds the trial by its handle: the link.
  return redirect(sent.url.href, [
    toCookie(sent, link),
    { name: cookieOf(link), value: sent.browserSecret, maxAge: HOUR },
  ]);
}

/** The cookie of the browser that made the round trip of a link: it alone is shown the result. */
function cookieOf(link: string): string {
  return `trial-${sha256(link).toString('hex').slice(0, 8)}`;
}

async function describe(deps: LoginDeps, opened: OpenedTrial, link: string): Promise<ShownTrial> {
  const { settings } = await readTested(deps, opened.trial);
  const { host } = connectorOf(deps, opened.trial.method).describe(settings);
  return { ...opened, path: trialPath(link), host };
}
