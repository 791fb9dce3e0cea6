import { readJson } from './enrollment-step.ts';
import { personOf } from './person.ts';
import type { Form, LoginStep, StepResult } from './step.ts';
import { stepUrl } from './step.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import { acceptsPassword, usableMethodOf } from '../../logins/find-login-method.ts';
import type { PlainEnd } from '../../logins/finishing/plain-end.ts';
import type { StepState } from '../../logins/login-state.ts';
import type { Factor } from '../../logins/login.ts';
import { secondFactorPage } from '../pages/second-factor-page.ts';
import type { EnrolledFactors } from '../../authenticators/authenticator.ts';
import type { Person } from '../../authenticators/enroll-authenticator.ts';
import { authenticationOptions } from '../../authenticators/security-key.ts';
import { tellOfWrongFactors } from '../../authenticators/reset-password.ts';
import {
  countWrongFactor,
  factorsOf,
  findFactors,
  verifyRecoveryCode,
  verifySecurityKey,
  verifyTotp,
} from '../../authenticators/verify-authenticator.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { randomSecret } from '../../base/random.ts';
import { asksForSecurityKey } from '../../sessions/authentication-context.ts';

/** *Confirm It’s You*: one of the user's second factors, after the password or (step-up) for a change that asks a fresh one. */
export const secondFactorStep: LoginStep = {
  async show(deps, context, problem) {
    const person = await personOf(deps, context);
    const factors = await factorsIn(deps, context, person);
    const kinds = kindsOf(factors, context);
    const using = usedBy(context.state.stepState, factors, kinds);
    const { challenge } = context.state.stepState;
    const keys = factors.securityKeys.map((one) => one.key);
    const options =
      using === 'security-key' && challenge !== undefined
        ? JSON.stringify(await authenticationOptions(deps, challenge, keys))
        : null;
    return secondFactorPage(
      deps.shell,
      {
        action: stepUrl(context, context.state.login.step),
        startOver: stepUrl(context, 'start-over'),
        email: person.email,
        using,
        options,
        others: kinds.filter((kind) => kind !== using),
        lead: leadOf(deps, context),
      },
      problem,
    );
  },

  async submit(deps, context, given) {
    const person = await personOf(deps, context);
    const factors = await factorsIn(deps, context, person);
    const kinds = kindsOf(factors, context);
    const wanted = kinds.find((kind) => kind === given['use']);
    if (wanted !== undefined)
      return { kind: 'stay', stepState: { ...context.state.stepState, using: wanted, challenge: randomSecret() } };
    const using = usedBy(context.state.stepState, factors, kinds);
    if (await isRight(deps, context, person, using, given)) {
      const event = { kind: 'factor-proved', factor: using, at: deps.clock.now() } as const;
      return { kind: 'go', event, plain: await plainEnd(deps, context) };
    }
    return wrong(deps, context, person, using);
  },
};

/** What the user has, of what the login's own statement read. */
async function factorsIn(deps: LoginDeps, { subject }: LoginContext, person: Person): Promise<EnrolledFactors> {
  if (subject?.user?.id === person.userId) return factorsOf(subject.authenticators);
  return findFactors(deps, person);
}

/** A login with password and factor ends plainly while its organization takes passwords; others end step by step. */
async function plainEnd(deps: LoginDeps, { state, subject }: LoginContext): Promise<PlainEnd | undefined> {
  const proof = state.login.proofs.findLast(({ kind }) => kind === 'password');
  const user = subject?.user ?? null;
  if (subject === undefined || user === null || proof === undefined || state.login.mode !== 'ordinary')
    return undefined;
  const usable = await usableMethodOf(deps, subject.methods, user.id);
  return usable !== undefined && acceptsPassword(usable) ? { user, passwordProvedAt: proof.at } : undefined;
}

async function isRight(
  deps: LoginDeps,
  context: LoginContext,
  person: Person,
  using: Factor,
  given: Form,
): Promise<boolean> {
  if (using === 'otp') {
    const known = context.subject?.user?.id === person.userId ? context.subject.authenticators : undefined;
    return verifyTotp(deps, person, given['code'] ?? '', known);
  }
  if (using === 'recovery-code') return (await verifyRecoveryCode(deps, person, given['code'] ?? '')) !== undefined;
  const { challenge } = context.state.stepState;
  if (challenge === undefined) return false;
  return verifySecurityKey({ ...deps, party: deps }, person, challenge, readJson(given['response']));
}

async function wrong(deps: LoginDeps, context: LoginContext, person: Person, using: Factor): Promise<StepResult> {
  const alarm = await countWrongFactor(deps, person);
  const { t } = deps.shell;
  const misses = (context.state.stepState.misses ?? 0) + 1;
  const stepState: StepState = { using, misses, challenge: randomSecret() };
  const clock = using === 'otp' && misses >= 2 ? ` ${t('login.second-factor.clock')}` : '';
  const problem =
    using === 'security-key'
      ? { text: t('login.second-factor.key-wrong') }
      : {
          field: 'code',
          text: using === 'otp' ? t('login.second-factor.code-wrong') + clock : t('login.second-factor.recovery-wrong'),
        };
  return {
    kind: 'stay',
    problem,
    stepState,
    failed: { factor: using },
    inTransaction: async (tx) => {
      await recordEvent(
        { db: tx, clock: deps.clock },
        {
          organizationId: person.organizationId,
          kind: 'login.failed',
          actor: { kind: 'user', id: person.userId, name: person.email },
          userId: person.userId,
          loginId: context.row.id,
          details: { factor: using, reference: context.row.reference },
        },
      );
      if (alarm) await tellOfWrongFactors({ ...deps, db: tx }, person);
    },
  };
}

/** What a step-up is for; null after a password. */
function leadOf({ shell: { t } }: LoginDeps, { request, state }: LoginContext): string | null {
  if (state.login.step !== 'step-up') return null;
  const { application } = request;
  if (application.kind !== 'registered') return t('login.step-up.lead');
  return t('login.step-up.asked', { application: application.name });
}

/** What the user can choose from, the best first; the security key alone where the application demands what it alone reaches. */
function kindsOf(factors: EnrolledFactors, { request }: LoginContext): Factor[] {
  if (request.essentialAcr !== null && asksForSecurityKey(request.essentialAcr) && factors.securityKeys.length > 0) {
    return ['security-key'];
  }
  return [
    ...(factors.securityKeys.length > 0 ? (['security-key'] as const) : []),
    ...(factors.totp ? (['otp'] as const) : []),
    ...(factors.recoveryCodes > 0 ? (['recovery-code'] as const) : []),
  ];
}

/** The one chosen, else the one used last, else the first. */
function usedBy(stepState: StepState, factors: EnrolledFactors, kinds: readonly Factor[]): Factor {
  const last = factors.lastUsed === 'totp' ? 'otp' : factors.lastUsed;
  return kinds.find((kind) => kind === stepState.using) ?? kinds.find((kind) => kind === last) ?? kinds[0] ?? 'otp';
}
