import type { Browser, LoginContext } from './login-context.ts';
import type { LoginDeps } from './login-deps.ts';
import { findFactors, hasFactor } from '../authenticators/verify-authenticator.ts';
import { AppError } from '../base/errors.ts';
import { findRedeemedInvitation } from '../invitations/redeem-invitation.ts';
import { toAuthorizationRequest } from '../logins/authorization-request.ts';
import type { AuthorizationRequest } from '../logins/authorization-request.ts';
import { beginLogin } from '../logins/apply-event.ts';
import { linkedDestination } from '../logins/find-destination.ts';
import { findLiveLogin } from '../logins/find-login.ts';
import { findUsableMethod } from '../logins/find-login-method.ts';
import { begin, transition } from '../logins/login.ts';
import type { Beginning, Login, Subject } from '../logins/login.ts';
import { findUser } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

/**
 * The login behind an address, in the browser it belongs to (the OpenID Provider's cookie for that address holds the
 * handle); its first page begins it.
 * @throws login.expired when it is over, or another browser's
 */
export async function openLogin(deps: LoginDeps, handle: string, browser: Browser): Promise<LoginContext> {
  const row = browser.loginHandle === handle ? await findLiveLogin(deps, handle) : undefined;
  const request = row === undefined ? undefined : toAuthorizationRequest(row, handle);
  if (row === undefined || request === undefined) throw new AppError('login.expired');
  if (row.state !== undefined) return { request, row, state: row.state, browser };
  const login = await firstState(deps, request, browser);
  const consent = login.step === 'finished' ? { scope: request.requestedScopes.join(' ') } : null;
  return { request, browser, ...(await beginLogin(deps, row, login, consent)) };
}

async function firstState(deps: LoginDeps, request: AuthorizationRequest, browser: Browser): Promise<Login> {
  const mode = browser.cookie('login_mode') === 'emergency' ? 'emergency' : 'ordinary';
  const invitation = await findRedeemedInvitation(deps, browser.cookie('invitation'));
  const invited = invitation === undefined ? undefined : await findUser(deps, invitation.userId);
  const { session } = request;
  const current = session === null ? undefined : await findUser(deps, session.userId);
  const given = request.loginHint ?? invited?.email ?? null;
  // Asked afresh: most likely the same person, who may give another address.
  const email = given ?? current?.email ?? null;
  const at = deps.clock.now();
  const beginning: Beginning = { kind: 'identify', mode, subject: null, email, at };
  if (request.prompt.name === 'consent') {
    const asked = begin({ ...beginning, kind: 'consent', subject: subjectOf(session) });
    // Our own pages need no consent, though anybody can ask for it (`prompt=consent`).
    return request.application.kind === 'registered' ? asked : transition(asked, { kind: 'consented' }, session);
  }
  const stepUp = mode === 'ordinary' && current !== undefined ? await findStepUp(deps, request, current) : null;
  if (stepUp !== null) return begin({ ...beginning, ...stepUp });
  const login = begin(beginning);
  // The page of an invitation named its organization already.
  const named = request.organizationHint !== null && request.organizationHint === invitation?.organizationId;
  return mode === 'ordinary' && !named ? throughLink(deps, request, login) : login;
}

/**
 * How one of our own pages gets a fresh factor of the user logged in here; null where it takes a whole login. For any
 * other application a login asked afresh is a whole one, and so it is where the organization logs in elsewhere, unless
 * the session was made through emergency access, or through a provider known not to state when people log in: then an
 * administrator proves a factor of ours.
 */
async function findStepUp(
  deps: LoginDeps,
  request: AuthorizationRequest,
  user: User,
): Promise<Pick<Beginning, 'kind' | 'mode' | 'subject' | 'amr' | 'through'> | null> {
  const { session } = request;
  if (!request.forced || request.loginHint !== null || request.application.kind === 'registered') return null;
  const usable = await findUsableMethod(deps, user.organizationId, user.id);
  const owner = { userId: user.id, organizationId: user.organizationId };
  if (session === null || usable === undefined || !hasFactor(await findFactors(deps, owner))) return null;
  const { amr, acr, authTime } = session;
  const stepUp = { kind: 'step-up', mode: 'ordinary', subject: subjectOf(session), amr } as const;
  const { method, connection } = usable.method;
  if (connection === null) return stepUp;
  if (session.emergency) return user.breakGlass ? { ...stepUp, mode: 'emergency' } : null;
  const through = connection.id === session.connectionId && connection.authTime === 'missing';
  if (!through || user.consoleRole === null) return null;
  const { organizationId } = user;
  const choice = { connectionId: connection.id, organizationId, method, invitationId: null, anotherWay: false };
  return { ...stepUp, through: { connection: choice, federated: { amr, acr, authTime, factorAt: null } } };
}

/** Of a session, what a login is about. */
function subjectOf(session: AuthorizationRequest['session']): Subject | null {
  return session === null ? null : { userId: session.userId, organizationId: session.organizationId };
}

/**
 * A link that names an organization which logs in elsewhere, whatever address it carries: its page says where it goes and
 * asks first, and the address is not sent there.
 */
async function throughLink(deps: LoginDeps, request: AuthorizationRequest, login: Login): Promise<Login> {
  if (request.organizationHint === null) return login;
  const usable = await findUsableMethod(deps, request.organizationHint, null);
  const to = usable === undefined ? undefined : linkedDestination(usable);
  return to === undefined ? login : transition(login, { kind: 'identified', email: null, to }, request.session);
}
