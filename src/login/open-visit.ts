import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Browser, Visit } from './connection-login.ts';
import { findWayIn, linkedDestination } from './find-organization.ts';
import type { LoginDeps } from './login-deps.ts';
import { selectLogin, updateLogin } from './login-store.ts';
import type { LoginRow } from './login-store.ts';
import type { LoginState } from './login-state.ts';
import { begin, next } from './login.ts';
import type { Beginning, Login } from './login.ts';
import { findFactors, hasFactor } from '../authenticators/verify-authenticator.ts';
import { AppError } from '../base/errors.ts';
import { randomSecret } from '../base/random.ts';
import { findTakenUpInvitation } from '../invitations/take-up-invitation.ts';
import { findUser } from '../users/find-users.ts';

/** A request for a page of one login, as it came in. */
export interface LoginCall {
  raw: { request: IncomingMessage; response: ServerResponse };
  handle: string;
  browser: Browser;
}

/**
 * The login behind an address, in the browser it belongs to; its first page begins it.
 * @throws login.expired when it is over, or another browser's
 */
export async function openVisit(deps: LoginDeps, call: LoginCall): Promise<Visit> {
  const request = await deps.requests.find(call.raw.request, call.raw.response, call.handle);
  const row = request === undefined ? undefined : await selectLogin(deps.db, request.loginId);
  if (request === undefined || row === undefined) throw new AppError('login.expired');
  const { browser } = call;
  if (row.state !== undefined) return { request, row, state: row.state, browser };
  return { request, browser, ...(await beginLogin(deps, request, row, browser)) };
}

/** Two first pages at once (a reload) begin the login once. */
async function beginLogin(
  deps: LoginDeps,
  request: AuthorizationRequest,
  row: LoginRow,
  browser: Browser,
): Promise<{ row: LoginRow; state: LoginState }> {
  const login = await firstState(deps, request, browser);
  const state: LoginState = { login, notes: { challenge: randomSecret() }, result: null, consent: null };
  const trace = [{ at: deps.clock.now().toISOString(), event: 'began', detail: { step: login.step } }];
  if (await updateLogin(deps.db, row, { state, trace })) {
    return { state, row: { ...row, state, trace, version: row.version + 1 } };
  }
  const begun = await selectLogin(deps.db, row.id);
  if (begun?.state === undefined) throw new AppError('login.expired');
  return { row: begun, state: begun.state };
}

async function firstState(deps: LoginDeps, request: AuthorizationRequest, browser: Browser): Promise<Login> {
  const entrance = browser.cookie('entrance') === 'emergency' ? 'emergency' : 'ordinary';
  const invitation = await findTakenUpInvitation(deps, browser.cookie('invitation'));
  const invited = invitation === undefined ? undefined : await findUser(deps, invitation.userId);
  const email = request.loginHint ?? invited?.email ?? null;
  const at = deps.clock.now();
  const { session } = request;
  const beginning: Beginning = { kind: 'identify', entrance, subject: null, email, at };
  if (request.prompt.name === 'consent') return begin({ ...beginning, kind: 'consent', subject: session });
  if (entrance === 'ordinary' && (await isStepUp(deps, request))) {
    return begin({ ...beginning, kind: 'step-up', subject: session });
  }
  const login = begin(beginning);
  return entrance === 'ordinary' && email === null ? throughLink(deps, request, login) : login;
}

/**
 * Whether this is one of our own pages that asks the user logged in here for a fresh factor. For any other application a
 * login asked afresh is a whole one.
 */
async function isStepUp(deps: LoginDeps, request: AuthorizationRequest): Promise<boolean> {
  const { session, application } = request;
  if (session === null || !request.forced || request.loginHint !== null) return false;
  if (application.kind === 'registered') return false;
  const way = await findWayIn(deps, session.organizationId);
  if (way?.way.method !== 'built-in') return false;
  return hasFactor(await findFactors(deps, session));
}

/** A link that names an organization which logs in elsewhere: its page asks before it goes there. */
async function throughLink(deps: LoginDeps, request: AuthorizationRequest, login: Login): Promise<Login> {
  if (request.organizationHint === null) return login;
  const way = await findWayIn(deps, request.organizationHint);
  const to = way === undefined ? undefined : linkedDestination(way);
  return to === undefined ? login : next(login, { kind: 'identified', email: null, to }, request.session);
}
