import { readJson } from './enrollment-step.ts';
import { personOf } from './person.ts';
import type { Form, LoginStep, Turn } from './turn.ts';
import { actionOf } from './turn.ts';
import type { Visit } from '../connection-login.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { Notes } from '../login-state.ts';
import type { Factor } from '../login.ts';
import { secondFactorPage } from '../pages/second-factor-page.ts';
import type { EnrolledFactors } from '../../authenticators/authenticator.ts';
import type { Person } from '../../authenticators/enroll-authenticator.ts';
import { authenticationOptions } from '../../authenticators/security-key.ts';
import {
  findFactors,
  verifyRecoveryCode,
  verifySecurityKey,
  verifyTotp,
} from '../../authenticators/verify-authenticator.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { AppError } from '../../base/errors.ts';
import { randomSecret } from '../../base/random.ts';

/** *Confirm It’s You*: one of the user's second factors, after the password or (step-up) for a change that asks a fresh one. */
export const secondFactorStep: LoginStep = {
  async show(deps, visit, problem) {
    const person = await personOf(deps, visit);
    const factors = await findFactors(deps, person);
    const using = usedBy(visit.state.notes, factors);
    const { challenge } = visit.state.notes;
    const keys = factors.securityKeys.map((one) => one.key);
    const options =
      using === 'security-key' && challenge !== undefined
        ? JSON.stringify(await authenticationOptions(deps, challenge, keys))
        : null;
    return secondFactorPage(
      deps.shell,
      {
        action: actionOf(visit, visit.state.login.step),
        startOver: actionOf(visit, 'start-over'),
        email: person.email,
        using,
        options,
        others: kindsOf(factors).filter((kind) => kind !== using),
        stepUp: visit.state.login.step === 'step-up',
      },
      problem,
    );
  },

  async take(deps, visit, given) {
    const person = await personOf(deps, visit);
    requireOwnSession(visit);
    const factors = await findFactors(deps, person);
    const wanted = kindsOf(factors).find((kind) => kind === given['use']);
    if (wanted !== undefined)
      return { kind: 'stay', notes: { ...visit.state.notes, using: wanted, challenge: randomSecret() } };
    const using = usedBy(visit.state.notes, factors);
    if (await isRight(deps, visit, person, using, given)) {
      return { kind: 'go', event: { kind: 'factor-proved', factor: using, at: deps.clock.now() } };
    }
    return wrong(deps, visit, person, using);
  },
};

/** A step-up speaks for the session it began in, and for no other. */
function requireOwnSession(visit: Visit): void {
  if (visit.state.login.step !== 'step-up') return;
  if (visit.request.session?.userId !== visit.state.login.subject?.userId) {
    throw new AppError('login.out-of-order', { detail: 'the session changed during a step-up' });
  }
}

async function isRight(deps: LoginDeps, visit: Visit, person: Person, using: Factor, given: Form): Promise<boolean> {
  if (using === 'otp') return verifyTotp(deps, person, given['code'] ?? '');
  if (using === 'recovery-code') return (await verifyRecoveryCode(deps, person, given['code'] ?? '')) !== undefined;
  const { challenge } = visit.state.notes;
  if (challenge === undefined) return false;
  return verifySecurityKey({ ...deps, party: deps }, person, challenge, readJson(given['response']));
}

function wrong(deps: LoginDeps, visit: Visit, person: Person, using: Factor): Turn {
  const { t } = deps.shell;
  const misses = (visit.state.notes.misses ?? 0) + 1;
  const notes: Notes = { using, misses, challenge: randomSecret() };
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
    notes,
    work: async (tx) =>
      recordEvent(
        { db: tx, clock: deps.clock },
        {
          organizationId: person.organizationId,
          kind: 'login.failed',
          actor: { kind: 'user', id: person.userId, name: person.email },
          userId: person.userId,
          loginId: visit.row.id,
          details: { factor: using, reference: visit.row.reference },
        },
      ),
  };
}

/** What the user can choose from, the best first. */
function kindsOf(factors: EnrolledFactors): Factor[] {
  return [
    ...(factors.securityKeys.length > 0 ? (['security-key'] as const) : []),
    ...(factors.totp ? (['otp'] as const) : []),
    ...(factors.recoveryCodes > 0 ? (['recovery-code'] as const) : []),
  ];
}

/** The one chosen, else the one used last, else the first. */
function usedBy(notes: Notes, factors: EnrolledFactors): Factor {
  const kinds = kindsOf(factors);
  const last = factors.lastUsed === 'totp' ? 'otp' : factors.lastUsed;
  return kinds.find((kind) => kind === notes.using) ?? kinds.find((kind) => kind === last) ?? kinds[0] ?? 'otp';
}
