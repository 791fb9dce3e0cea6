import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Browser, Visit } from './connection-login.ts';
import { findWayIn, linkedDestination } from './find-organization.ts';
import type { LoginDeps } from './login-deps.ts';
import { selectLogin, toLoginRow, updateLogin } from './login-store.ts';
import type { LoginRow } from './login-store.ts';
import type { LoginState } from './login-state.ts';
import { begin, next } from './login.ts';
import type { Beginning, Login, Subject } from './login.ts';
import { findFactors, hasFactor } from '../authenticators/verify-authenticator.ts';
import { AppError } from '../base/errors.ts';
import { randomSecret } from '../base/random.ts';
import { findTakenUpInvitation } from '../invitations/take-up-invitation.ts';
import { findUser } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

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
  if (request === undefined) throw new AppError('login.expired');
  const row = toLoginRow(request.stored);
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
  const { session } = request;
  const current = session === null ? undefined : await findUser(deps, session.userId);
  const given = request.loginHint ?? invited?.email ?? null;
  // Asked afresh: most likely the same person, who may give another address.
  const email = given ?? current?.email ?? null;
  const at = deps.clock.now();
  const beginning: Beginning = { kind: 'identify', entrance, subject: null, email, at };
  if (request.prompt.name === 'consent') return begin({ ...beginning, kind: 'consent', subject: subjectOf(session) });
  const stepUp = entrance === 'ordinary' && current !== undefined ? await stepUpEntrance(deps, request, current) : null;
  if (stepUp !== null && session !== null) {
    const { amr } = session;
    return begin({ ...beginning, kind: 'step-up', entrance: stepUp, subject: subjectOf(session), amr });
  }
  const login = begin(beginning);
  return entrance === 'ordinary' && given === null ? throughLink(deps, request, login) : login;
}

/**
 * How one of our own pages gets a fresh factor of the user logged in here; null where it takes a whole login. For any
 * other application a login asked afresh is a whole one, and so it is where the organization logs in elsewhere, unless
 * the session was made through emergency access.
 */
async function stepUpEntrance(
  deps: LoginDeps,
  request: AuthorizationRequest,
  user: User,
): Promise<Login['entrance'] | null> {
  if (!request.forced || request.loginHint !== null || request.application.kind === 'registered') return null;
  const way = await findWayIn(deps, user.organizationId);
  const owner = { userId: user.id, organizationId: user.organizationId };
  if (way === undefined || !hasFactor(await findFactors(deps, owner))) return null;
  if (way.way.method === 'built-in') return 'ordinary';
  return request.session?.emergency === true && user.breakGlass ? 'emergency' : null;
}

/** Of a session, what a login is about. */
function subjectOf(session: AuthorizationRequest['session']): Subject | null {
  return session === null ? null : { userId: session.userId, organizationId: session.organizationId };
}

/** A link that names an organization which logs in elsewhere: its page asks before it goes there. */
async function throughLink(deps: LoginDeps, request: AuthorizationRequest, login: Login): Promise<Login> {
  if (request.organizationHint === null) return login;
  const way = await findWayIn(deps, request.organizationHint);
  const to = way === undefined ? undefined : linkedDestination(way);
  return to === undefined ? login : next(login, { kind: 'identified', email: null, to }, request.session);
}
