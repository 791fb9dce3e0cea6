import type { Browser, LoginContext } from './login-context.ts';
import type { LoginDeps } from './login-deps.ts';
import type { EnrolledFactors } from '../authenticators/authenticator.ts';
import { findFactors, hasFactor } from '../authenticators/verify-authenticator.ts';
import { AppError } from '../base/errors.ts';
import { findRedeemedInvitation } from '../invitations/redeem-invitation.ts';
import { toAuthorizationRequest } from '../logins/authorization-request.ts';
import type { AuthorizationRequest } from '../logins/authorization-request.ts';
import { applyEvent, beginLogin, beginUnwritten } from '../logins/apply-event.ts';
import { linkedDestination } from '../logins/find-destination.ts';
import { findIdentifiedLogin, findLiveLogin, findReturnedLogin, findSubjectLogin } from '../logins/find-login.ts';
import type { LiveLogin } from '../logins/login-row.ts';
import { findUsableMethod } from '../logins/find-login-method.ts';
import { begin, transition } from '../logins/login.ts';
import type { Beginning, Login, Subject } from '../logins/login.ts';
import { ACR_VALUES, asksForSecurityKey } from '../sessions/authentication-context.ts';
import type { EmailAddress } from '../users/email-address.ts';
import { findUser } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

/** How a request comes to a login. */
export interface Opening {
  /** A form, of a page that was shown before. */
  posted: boolean;
  /** Its state may be one that is back from a provider: what that asks next is read along. */
  returned?: boolean;
  /** Its state may ask for a password or factor of ours: what is to be proved, or shown of it, is read along. */
  subject?: 'prove' | 'show';
  /** The address that is typed: what is known of it is read along. */
  address?: EmailAddress | undefined;
}

/**
 * The login behind an address, in the browser it belongs to (the OpenID Provider's cookie for that address holds the
 * handle); its first page begins it. What is looked at is not written: where the request alone decides that the address is
 * asked for, the first form writes the beginning along.
 * @throws login.expired when it is over, or another browser's
 */
export async function openLogin(
  deps: LoginDeps,
  handle: string,
  browser: Browser,
  opening: Opening,
): Promise<LoginContext> {
  const found = browser.loginHandle === handle ? await findOpened(deps, handle, opening) : undefined;
  const request = found === undefined ? undefined : toAuthorizationRequest(found.row, handle);
  if (found === undefined || request === undefined) throw new AppError('login.expired');
  const { row, ...known } = found;
  if (row.state !== undefined) return { request, row, state: row.state, browser, ...known };
  const emergency = browser.cookie('login_mode') === 'emergency';
  if (isByRequestAlone(request, browser) && (opening.posted || !emergency)) {
    const email = request.loginHint;
    const login = begin({ kind: 'identify', mode: 'ordinary', subject: null, email, at: deps.clock.now() });
    return { request, browser, ...beginUnwritten(row, login), ...known };
  }
  const login = await firstState(deps, request, browser);
  const consent = login.step === 'finished' ? { scope: request.requestedScopes.join(' ') } : null;
  const context = { request, browser, ...(await beginLogin(deps, row, login, consent)), ...known };
  return refuseUnreachable(deps, context);
}

async function findOpened(
  deps: LoginDeps,
  handle: string,
  { returned, address, subject }: Opening,
): Promise<({ row: LiveLogin } & Pick<LoginContext, 'returned' | 'address' | 'subject'>) | undefined> {
  if (subject !== undefined) return findSubjectLogin(deps, handle, subject);
  if (returned === true) return findReturnedLogin(deps, handle);
  if (address !== undefined) return findIdentifiedLogin(deps, handle, address);
  const row = await findLiveLogin(deps, handle);
  return row && { row };
}

/** Whether a login begins with the question for an address, whoever is or was in this browser: as {@link firstState} says. */
function isByRequestAlone({ session, prompt, organizationHint }: AuthorizationRequest, browser: Browser): boolean {
  const invited = browser.cookie('invitation') !== undefined;
  return session === null && prompt.name === 'login' && organizationHint === null && !invited;
}

async function firstState(deps: LoginDeps, request: AuthorizationRequest, browser: Browser): Promise<Login> {
  const mode = browser.cookie('login_mode') === 'emergency' ? 'emergency' : 'ordinary';
  const invitation = await findRedeemedInvitation(deps, browser.cookie('invitation'));
  const invited = invitation === undefined ? undefined : await findUser(deps, invitation.userId);
  const { session } = request;
  const current = session === null ? undefined : await findUser(deps, session.userId);
  const given = request.loginHint ?? invited?.email ?? null;
  const { name, reasons } = request.prompt;
  // Asked afresh: most likely the same person, who may give another address. Where another one is meant, nobody's.
  const same = name !== 'select_account' && !reasons.includes('organization');
  const email = given ?? (same ? (current?.email ?? null) : null);
  const at = deps.clock.now();
  const beginning: Beginning = { kind: 'identify', mode, subject: null, email, at };
  if (name === 'select_account' && mode === 'ordinary' && session !== null) {
    return begin({ ...beginning, kind: 'select-account', subject: subjectOf(session) });
  }
  if (name === 'consent') {
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
 * Ends a login that began because an application demands a stronger authentication of who is logged in here than that person
 * has: to log in again would reach no more.
 */
async function refuseUnreachable(deps: LoginDeps, context: LoginContext): Promise<LoginContext> {
  const { request, row, state } = context;
  if (!isAboutStrength(request) || state.login.step !== 'identify') return context;
  const code = 'login.unmet';
  const { session } = request;
  const detail = { code };
  const login = await applyEvent(deps, row, state, { kind: 'refused', code }, { session, detail });
  deps.log.info({ code, reference: row.reference }, 'a login was refused');
  return { ...context, row: { ...row, version: row.version + 1 }, state: { login, stepState: {} } };
}

/** Whether the one thing that the session here does not satisfy is how strongly its user was authenticated. */
function isAboutStrength({ prompt, session }: AuthorizationRequest): boolean {
  return session !== null && prompt.reasons.length > 0 && prompt.reasons.every((reason) => reason === 'essential_acr');
}

/** Whether a user's second factors reach what an application demands, where one of ours can. */
function reaches(factors: EnrolledFactors, { essentialAcr }: AuthorizationRequest): boolean {
  if (essentialAcr === null || !essentialAcr.some((one) => ACR_VALUES.some((ours) => ours === one))) return false;
  return asksForSecurityKey(essentialAcr) ? factors.securityKeys.length > 0 : hasFactor(factors);
}

/**
 * How one of our own pages gets a fresh factor of the user logged in here, and any application a stronger one than before;
 * null where it takes a whole login. For a registered application a login asked afresh is a whole one, and so it is where the organization logs in elsewhere, unless
 * the session was made through emergency access, or through a provider known not to state when people log in: then an
 * administrator proves a factor of ours.
 */
async function findStepUp(
  deps: LoginDeps,
  request: AuthorizationRequest,
  user: User,
): Promise<Pick<Beginning, 'kind' | 'mode' | 'subject' | 'amr' | 'acr' | 'through'> | null> {
  const { session } = request;
  const stronger = isAboutStrength(request);
  const own = request.forced && request.loginHint === null && request.application.kind !== 'registered';
  if (!own && !stronger) return null;
  const usable = await findUsableMethod(deps, user.organizationId, user.id);
  const owner = { userId: user.id, organizationId: user.organizationId };
  if (session === null || usable === undefined) return null;
  const factors = await findFactors(deps, owner);
  if (!hasFactor(factors) || (stronger && !reaches(factors, request))) return null;
  const { amr, acr, authTime } = session;
  const stepUp = {
    kind: 'step-up',
    mode: 'ordinary',
    subject: subjectOf(session),
    amr,
    acr: acr ?? undefined,
  } as const;
  const { method, connection } = usable.method;
  if (connection === null && session.connectionId === null) return stepUp;
  if (connection === null || stronger) return null;
  if (session.emergency) return user.breakGlass ? { ...stepUp, mode: 'emergency' } : null;
  const through = connection.id === session.connectionId && connection.authTime === 'missing';
  if (!through || user.consoleRole === null) return null;
  const { organizationId } = user;
  const choice = { connectionId: connection.id, organizationId, method, invitationId: null, anotherWay: false };
  return {
    ...stepUp,
    through: { connection: choice, federated: { amr, acr, authTime, factorAt: null, providerSession: null } },
  };
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
