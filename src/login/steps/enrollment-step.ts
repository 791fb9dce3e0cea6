import { personOf } from './person.ts';
import { enrollKeyPage, enrollOtpPage, enrollPage } from '../pages/enrollment-pages.ts';
import type { LoginStep, StepResult } from './step.ts';
import { stepUrl } from './step.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import { asFirstFactor, prepareSecurityKey, prepareTotp } from '../../authenticators/enroll-authenticator.ts';
import type { Enrolment } from '../../authenticators/enroll-authenticator.ts';
import type { Person } from '../../authenticators/enroll-authenticator.ts';
import { tellAdministratorsOfEnrolment, tellOfChange } from '../../authenticators/reset-password.ts';
import { newRecoveryCodes } from '../../authenticators/recovery-codes.ts';
import { registrationOptions } from '../../authenticators/security-key.ts';
import { newSeed } from '../../authenticators/totp.ts';
import { FACTOR_ATTEMPTS, findFactors } from '../../authenticators/verify-authenticator.ts';
import { randomSecret } from '../../base/random.ts';
import type { SealedPlace } from '../../base/secret-box.ts';

/** *Keep Your Account Safe*: the first second factor. The seed and the challenge are ours, whatever the browser sends. */
export const enrollmentStep: LoginStep = {
  async show(deps, context, problem) {
    const person = await personOf(deps, context);
    const { stepState } = context.state;
    const view = { action: stepUrl(context, 'enroll'), startOver: stepUrl(context, 'start-over'), email: person.email };
    if (stepState.sealedSeed !== undefined) {
      return enrollOtpPage(deps.shell, { ...view, seed: openNote(deps, context, stepState.sealedSeed) }, problem);
    }
    if (stepState.using === 'security-key' && stepState.challenge !== undefined) {
      const { securityKeys } = await findFactors(deps, person);
      const known = securityKeys.map((one) => one.key);
      const user = { id: person.userId, email: person.email };
      const options = await registrationOptions(deps, stepState.challenge, user, known);
      return enrollKeyPage(deps.shell, { ...view, options: JSON.stringify(options) }, problem);
    }
    return enrollPage(deps.shell, view, problem);
  },

  async submit(deps, context, given) {
    const person = await personOf(deps, context);
    const { stepState } = context.state;
    switch (given['choose']) {
      case 'otp':
        return { kind: 'stay', stepState: { using: 'otp', sealedSeed: sealNote(deps, context, newSeed()) } };
      case 'security-key':
        return { kind: 'stay', stepState: { using: 'security-key', challenge: randomSecret() } };
      case 'other':
        return { kind: 'stay', stepState: {} };
      case undefined:
      default:
    }
    await deps.rateLimit.consume(FACTOR_ATTEMPTS, person.userId);
    const enrolled = await enroll(deps, context, person, given);
    if (enrolled.store !== undefined) return proved(deps, context, person, { ...enrolled, store: enrolled.store });
    const misses = (stepState.misses ?? 0) + 1;
    const { t } = deps.shell;
    if (enrolled.factor === 'security-key') {
      const problem = { text: t('login.enroll-key.failed') };
      return { kind: 'stay', problem, stepState: { ...stepState, misses, challenge: randomSecret() } };
    }
    const hint = misses >= 2 ? ` ${t('login.second-factor.clock')}` : '';
    const problem = { field: 'code', text: t('login.second-factor.code-wrong') + hint };
    return { kind: 'stay', problem, stepState: { ...stepState, misses } };
  },
};

interface Enrolled<Store> {
  store: Store;
  factor: 'otp' | 'security-key';
  /** How its owner calls it. */
  name: string;
}

async function enroll(
  deps: LoginDeps,
  context: LoginContext,
  person: Person,
  given: Readonly<Record<string, string>>,
): Promise<Enrolled<Enrolment | undefined>> {
  const { stepState } = context.state;
  const { t } = deps.shell;
  const named = (given['name'] ?? '').trim().slice(0, 60);
  if (stepState.using === 'security-key' && stepState.challenge !== undefined) {
    const name = named === '' ? t('login.enroll.key-name') : named;
    const input = { challenge: stepState.challenge, response: readJson(given['response']), name };
    const store = await prepareSecurityKey({ ...deps, party: deps }, person, input);
    return { store, factor: 'security-key', name };
  }
  const name = named === '' ? t('login.enroll.otp-name') : named;
  if (stepState.sealedSeed === undefined) return { store: undefined, factor: 'otp', name };
  const seed = openNote(deps, context, stepState.sealedSeed);
  return { store: await prepareTotp(deps, person, { seed, code: given['code'] ?? '', name }), factor: 'otp', name };
}

async function proved(
  deps: LoginDeps,
  context: LoginContext,
  person: Person,
  { store, factor, name }: Enrolled<Enrolment>,
): Promise<StepResult> {
  await deps.rateLimit.reset([{ limit: FACTOR_ATTEMPTS, key: person.userId }]);
  const { recoveryCodes } = await findFactors(deps, person);
  const codes = recoveryCodes === 0;
  const event = { kind: 'enrolled' as const, factor, at: deps.clock.now(), codes };
  const enrol = asFirstFactor(person, store);
  const inTransaction: Enrolment = async (tx) => {
    await enrol(tx);
    await tellOfChange({ ...deps, db: tx }, person, { kind: 'added', name });
    if (context.state.login.ownFactor) await tellAdministratorsOfEnrolment({ ...deps, db: tx }, person, name);
  };
  const stepState = codes ? { sealedCodes: sealNote(deps, context, JSON.stringify(newRecoveryCodes())) } : {};
  return { kind: 'go', event, inTransaction, stepState };
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
export function sealNote(deps: LoginDeps, context: LoginContext, plain: string): string {
  return deps.secrets.seal(plain, notePlace(context)).toString('base64url');
}

export function openNote(deps: LoginDeps, context: LoginContext, sealed: string): string {
  return deps.secrets.open(Buffer.from(sealed, 'base64url'), notePlace(context));
}

function notePlace(context: LoginContext): SealedPlace {
  return {
    table: 'login',
    column: 'state',
    row: context.row.id,
    organization: context.state.login.subject?.organizationId ?? '',
  };
}
