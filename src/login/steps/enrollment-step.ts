import { personOf } from './person.ts';
import { enrollKeyPage, enrollOtpPage, enrollPage } from '../pages/enrollment-pages.ts';
import type { LoginStep, Turn } from './turn.ts';
import { actionOf } from './turn.ts';
import type { Visit } from '../connection-login.ts';
import type { LoginDeps } from '../login-deps.ts';
import { prepareSecurityKey, prepareTotp } from '../../authenticators/enroll-authenticator.ts';
import type { Enrolment } from '../../authenticators/enroll-authenticator.ts';
import type { Person } from '../../authenticators/enroll-authenticator.ts';
import { newRecoveryCodes } from '../../authenticators/recovery-codes.ts';
import { registrationOptions } from '../../authenticators/security-key.ts';
import { newSeed } from '../../authenticators/totp.ts';
import { FACTOR_ATTEMPTS, findFactors } from '../../authenticators/verify-authenticator.ts';
import { randomSecret } from '../../base/random.ts';
import type { SealedPlace } from '../../base/secret-box.ts';

/** *Keep Your Account Safe*: the first second factor. The seed and the challenge are ours, whatever the browser sends. */
export const enrollmentStep: LoginStep = {
  async show(deps, visit, problem) {
    const person = await personOf(deps, visit);
    const { notes } = visit.state;
    const view = { action: actionOf(visit, 'enroll'), startOver: actionOf(visit, 'start-over'), email: person.email };
    if (notes.using === 'otp' && notes.sealedSeed !== undefined) {
      return enrollOtpPage(deps.shell, { ...view, seed: openNote(deps, visit, notes.sealedSeed) }, problem);
    }
    if (notes.using === 'security-key' && notes.challenge !== undefined) {
      const { securityKeys } = await findFactors(deps, person);
      const known = securityKeys.map((one) => one.key);
      const user = { id: person.userId, email: person.email };
      const options = await registrationOptions(deps, notes.challenge, user, known);
      return enrollKeyPage(deps.shell, { ...view, options: JSON.stringify(options) }, problem);
    }
    return enrollPage(deps.shell, view, problem);
  },

  async take(deps, visit, given) {
    const person = await personOf(deps, visit);
    const { notes } = visit.state;
    switch (given['choose']) {
      case 'otp':
        return { kind: 'stay', notes: { using: 'otp', sealedSeed: sealNote(deps, visit, newSeed()) } };
      case 'security-key':
        return { kind: 'stay', notes: { using: 'security-key', challenge: randomSecret() } };
      case 'other':
        return { kind: 'stay', notes: {} };
      case undefined:
      default:
    }
    await deps.rateLimit.consume(FACTOR_ATTEMPTS, person.userId);
    const enrolled = await enroll(deps, visit, person, given);
    if (enrolled.store !== undefined) return proved(deps, visit, person, enrolled.factor, enrolled.store);
    const misses = (notes.misses ?? 0) + 1;
    const { t } = deps.shell;
    if (enrolled.factor === 'security-key') {
      const problem = { text: t('login.enroll-key.failed') };
      return { kind: 'stay', problem, notes: { ...notes, misses, challenge: randomSecret() } };
    }
    const hint = misses >= 2 ? ` ${t('login.second-factor.clock')}` : '';
    const problem = { field: 'code', text: t('login.second-factor.code-wrong') + hint };
    return { kind: 'stay', problem, notes: { ...notes, misses } };
  },
};

async function enroll(
  deps: LoginDeps,
  visit: Visit,
  person: Person,
  given: Readonly<Record<string, string>>,
): Promise<{ store: Enrolment | undefined; factor: 'otp' | 'security-key' }> {
  const { notes } = visit.state;
  const { t } = deps.shell;
  const named = (given['name'] ?? '').trim().slice(0, 60);
  if (notes.using === 'security-key' && notes.challenge !== undefined) {
    const name = named === '' ? t('login.enroll.key-name') : named;
    const input = { challenge: notes.challenge, response: readJson(given['response']), name };
    return { store: await prepareSecurityKey({ ...deps, party: deps }, person, input), factor: 'security-key' };
  }
  if (notes.using !== 'otp' || notes.sealedSeed === undefined) return { store: undefined, factor: 'otp' };
  const name = named === '' ? t('login.enroll.otp-name') : named;
  const seed = openNote(deps, visit, notes.sealedSeed);
  return { store: await prepareTotp(deps, person, { seed, code: given['code'] ?? '', name }), factor: 'otp' };
}

async function proved(
  deps: LoginDeps,
  visit: Visit,
  person: Person,
  factor: 'otp' | 'security-key',
  work: Enrolment,
): Promise<Turn> {
  await deps.rateLimit.forget(FACTOR_ATTEMPTS, person.userId);
  const { recoveryCodes } = await findFactors(deps, person);
  const codes = recoveryCodes === 0;
  const event = { kind: 'enrolled' as const, factor, at: deps.clock.now(), codes };
  if (!codes) return { kind: 'go', event, work };
  return { kind: 'go', event, work, notes: { sealedCodes: sealNote(deps, visit, JSON.stringify(newRecoveryCodes())) } };
}

/** What a script put into a form; anything that is no JSON proves nothing. */
export function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

/** Seals what a login must remember between two pages and nobody else may read. */
export function sealNote(deps: LoginDeps, visit: Visit, plain: string): string {
  return deps.secrets.seal(plain, notePlace(visit)).toString('base64url');
}

export function openNote(deps: LoginDeps, visit: Visit, sealed: string): string {
  return deps.secrets.open(Buffer.from(sealed, 'base64url'), notePlace(visit));
}

function notePlace(visit: Visit): SealedPlace {
  return {
    table: 'login',
    column: 'state',
    row: visit.row.id,
    organization: visit.state.login.subject?.organizationId ?? '',
  };
}
