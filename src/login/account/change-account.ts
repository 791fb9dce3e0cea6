import { startLoginUrl } from '../../logins/authorization-request.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { findVisitor } from '../find-visitor.ts';
import type { Visitor } from '../find-visitor.ts';
import { acceptsPassword, findUsableMethod } from '../../logins/find-login-method.ts';
import type { PageRequest } from '../handle-request.ts';
import { showAccount } from './account-page.ts';
import { withdrawOwnConsent } from './allowed-applications.ts';
import { noticeOf, SAID } from './notice.ts';
import { proveOwnAddress } from './own-address.ts';
import { changeProfile } from './own-profile.ts';
import { AFTER_LOGIN } from '../pages/start-page.ts';
import type { LoginDeps } from '../login-deps.ts';
import { enrollKeyPage, enrollOtpPage } from '../pages/enrollment-pages.ts';
import { hidden } from '../pages/parts.ts';
import { recoveryCodesPage } from '../pages/recovery-codes-page.ts';
import { readJson } from '../steps/enrollment-step.ts';
import {
  keepRecoveryCodes,
  prepareSecurityKey,
  prepareTotp,
  recoveryCodesMadeAt,
  removeAuthenticator,
} from '../../authenticators/enroll-authenticator.ts';
import type { Enrolment, Person } from '../../authenticators/enroll-authenticator.ts';
import { newRecoveryCodes } from '../../authenticators/recovery-codes.ts';
import { tellOfChange } from '../../authenticators/reset-password.ts';
import { registrationOptions } from '../../authenticators/security-key.ts';
import { newSeed } from '../../authenticators/totp.ts';
import { FACTOR_ATTEMPTS, findFactors } from '../../authenticators/verify-authenticator.ts';
import { MINUTE, after } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { readId } from '../../base/ids.ts';
import { randomSecret } from '../../base/random.ts';
import { inTransaction } from '../../db/database.ts';
import { html } from '../../http/html.ts';
import { endSession } from '../../sessions/end-sessions.ts';

/** A change to how one logs in asks for a factor proved within this time. */
const FRESH = 10 * MINUTE;

type Change = (deps: LoginDeps, request: PageRequest, visitor: Visitor, person: Person) => Promise<Answer>;

/** What can be posted to `/account/…`. */
const CHANGES: Record<string, Change> = {
  'add-otp': addOtp,
  'add-key': addKey,
  codes: newCodes,
  remove,
  'end-session': endOther,
  profile: changeProfile,
  'prove-address': proveOwnAddress,
  withdraw: withdrawOwnConsent,
};

/** Changes that ask for no fresh factor: they give nobody more than the session has. */
const WITHOUT_FACTOR: ReadonlySet<Change> = new Set([endOther, changeProfile, proveOwnAddress, withdrawOwnConsent]);

/** Changes that enrol something. */
const ENROLS: ReadonlySet<Change> = new Set([addOtp, addKey, newCodes]);

/**
 * Whether what a user enrolled here is ever asked: where the organization logs in elsewhere, of break-glass users, and of
 * those with a console role whose provider is not known to show fresh logins.
 */
async function usesAuthenticators(deps: LoginDeps, user: Visitor['user']): Promise<boolean> {
  if (user.breakGlass) return true;
  const usable = await findUsableMethod(deps, user.organizationId, user.id);
  if (usable === undefined) return false;
  const proves = user.consoleRole !== null && usable.method.connection?.authTime !== 'stated';
  return proves || acceptsPassword(usable);
}

/** GET /account: for whoever is logged in; else a login first. */
export async function openAccount(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  const visitor = await findVisitor(deps, request.browser);
  if (visitor === undefined) return toLogin(deps, false);
  const notice = noticeOf(deps, request, visitor);
  const answer = await showAccount(deps, request, visitor, notice);
  return notice === undefined ? answer : { ...answer, cookies: [SAID] };
}

/** POST /account/<change>. */
export async function changeAccount(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  const visitor = await findVisitor(deps, request.browser);
  if (visitor === undefined) return toLogin(deps, false);
  const change = Object.hasOwn(CHANGES, request.parameter('action')) ? CHANGES[request.parameter('action')] : undefined;
  if (change === undefined) throw new AppError('not-found');
  const { factorAt } = visitor.session;
  const fresh = factorAt !== null && factorAt > after(deps.clock.now(), -FRESH);
  if (!fresh && !WITHOUT_FACTOR.has(change)) return toLogin(deps, true);
  const { user } = visitor;
  if (ENROLS.has(change) && !(await usesAuthenticators(deps, user))) throw new AppError('authenticator.not-used');
  const person = { userId: user.id, organizationId: user.organizationId, email: user.email };
  return change(deps, request, visitor, person);
}

function toLogin(deps: LoginDeps, fresh: boolean): Answer {
  return redirect(startLoginUrl(deps.publicUrl, { fresh }), [
    { name: AFTER_LOGIN, value: '/account', maxAge: 10 * MINUTE },
  ]);
}

async function addOtp(deps: LoginDeps, request: PageRequest, visitor: Visitor, person: Person): Promise<Answer> {
  const { t } = deps.shell;
  const kept = openKept(deps, visitor, 'seed', request.form['kept']);
  const view = { action: '/account/add-otp', startOver: null, email: person.email };
  if (kept !== undefined) {
    await deps.rateLimit.consume(FACTOR_ATTEMPTS, person.userId);
    const name = nameOf(request, t('login.enroll.otp-name'));
    const store = await prepareTotp(deps, person, { seed: kept, code: request.form['code'] ?? '', name });
    if (store !== undefined) return done(deps, person, { kind: 'added', name }, store);
    const problem = { field: 'code', text: t('login.second-factor.code-wrong') };
    return show(
      enrollOtpPage(deps.shell, { ...view, seed: kept, fields: keep(deps, visitor, 'seed', kept) }, problem),
      422,
    );
  }
  const seed = newSeed();
  return show(enrollOtpPage(deps.shell, { ...view, seed, fields: keep(deps, visitor, 'seed', seed) }));
}

async function addKey(deps: LoginDeps, request: PageRequest, visitor: Visitor, person: Person): Promise<Answer> {
  const { t } = deps.shell;
  const kept = openKept(deps, visitor, 'challenge', request.form['kept']);
  if (kept !== undefined) {
    await deps.rateLimit.consume(FACTOR_ATTEMPTS, person.userId);
    const name = nameOf(request, t('login.enroll.key-name'));
    const input = { challenge: kept, response: readJson(request.form['response']), name };
    const store = await prepareSecurityKey({ ...deps, party: deps }, person, input);
    if (store !== undefined) return done(deps, person, { kind: 'added', name }, store);
  }
  const challenge = randomSecret();
  const known = (await findFactors(deps, person)).securityKeys.map((one) => one.key);
  const options = await registrationOptions(deps, challenge, { id: person.userId, email: person.email }, known);
  const view = {
    action: '/account/add-key',
    startOver: null,
    email: person.email,
    options: JSON.stringify(options),
    fields: keep(deps, visitor, 'challenge', challenge),
  };
  const problem = kept === undefined ? undefined : { text: t('login.enroll-key.failed') };
  return show(enrollKeyPage(deps.shell, view, problem), problem === undefined ? 200 : 422);
}

async function newCodes(deps: LoginDeps, request: PageRequest, visitor: Visitor, person: Person): Promise<Answer> {
  const { t } = deps.shell;
  const opened = openKept(deps, visitor, 'codes', request.form['kept']);
  // The form names the set it replaces: posted again, it would make used codes valid.
  const replaces = await recoveryCodesMadeAt(deps, person);
  const kept = opened === undefined ? undefined : (JSON.parse(opened) as { codes: string[]; replaces: number | null });
  if (kept !== undefined && kept.replaces !== replaces) {
    throw new AppError('login.out-of-order', { detail: 'recovery codes were made meanwhile' });
  }
  const codes = kept?.codes ?? newRecoveryCodes();
  if (kept !== undefined && request.form['saved'] !== undefined) {
    return done(deps, person, { kind: 'codes' }, async (db) => keepRecoveryCodes({ ...deps, db }, person, codes));
  }
  const fields = keep(deps, visitor, 'codes', JSON.stringify({ codes, replaces }));
  const view = { action: '/account/codes', email: person.email, codes, fields };
  if (kept === undefined) return show(recoveryCodesPage(deps.shell, view));
  return show(recoveryCodesPage(deps.shell, view, { field: 'saved', text: t('login.recovery-codes.save-first') }), 422);
}

async function remove(deps: LoginDeps, request: PageRequest, visitor: Visitor, person: Person): Promise<Answer> {
  const { t } = deps.shell;
  const id = readId('aut', request.form['authenticator'] ?? '');
  const removed = await inTransaction(deps, async (deps) => {
    const gone = id === undefined ? undefined : await removeAuthenticator(deps, person, id);
    if (gone !== undefined) await tellOfChange(deps, person, { kind: 'removed', name: gone.name });
    return gone;
  });
  if (removed !== undefined) return redirect('/account');
  return { ...(await showAccount(deps, request, visitor, t('account.last-factor'))), status: 409 };
}

async function endOther(deps: LoginDeps, request: PageRequest, _visitor: Visitor, person: Person): Promise<Answer> {
  const sessionId = readId('ses', request.form['session'] ?? '');
  if (sessionId === undefined) throw new AppError('not-found');
  const actor = { kind: 'user' as const, id: person.userId, name: person.email };
  const input = {
    sessionId,
    userId: person.userId,
    organizationId: person.organizationId,
    reason: 'ended by its user',
  };
  await endSession(deps, actor, input);
  return redirect('/account');
}

/** Makes a change and tells the user by mail: both or neither. */
async function done(
  deps: LoginDeps,
  person: Person,
  change: Parameters<typeof tellOfChange>[2],
  work: Enrolment,
): Promise<Answer> {
  await inTransaction(deps, async (deps) => {
    await work(deps.db);
    await tellOfChange(deps, person, change);
  });
  return redirect('/account');
}

function nameOf(request: PageRequest, fallback: string): string {
  const name = (request.form['name'] ?? '').trim().slice(0, 60);
  return name === '' ? fallback : name;
}

/**
 * What must come back with the form stands in it sealed for this session and purpose: nobody can put a seed or a challenge
 * of their own in its place.
 */
function keep(deps: LoginDeps, visitor: Visitor, purpose: string, value: string) {
  return html`${hidden({ kept: deps.secrets.seal(value, placeOf(visitor, purpose)).toString('base64url') })}`;
}

function openKept(deps: LoginDeps, visitor: Visitor, purpose: string, sealed: string | undefined): string | undefined {
  if (sealed === undefined) return undefined;
  try {
    return deps.secrets.open(Buffer.from(sealed, 'base64url'), placeOf(visitor, purpose));
  } catch (error) {
    throw new AppError('login.out-of-order', { detail: 'a sealed field was changed', cause: error });
  }
}

function placeOf({ session }: Visitor, purpose: string) {
  return { table: 'account page', column: purpose, row: session.id, organization: session.organizationId };
}
