import { openNote } from './enrollment-step.ts';
import { personOf } from './person.ts';
import type { LoginStep } from './turn.ts';
import { actionOf } from './turn.ts';
import type { Visit } from '../connection-login.ts';
import type { LoginDeps } from '../login-deps.ts';
import { recoveryCodesPage } from '../pages/recovery-codes-page.ts';
import { keepRecoveryCodes } from '../../authenticators/enroll-authenticator.ts';
import { AppError } from '../../base/errors.ts';

/** *Save Your Recovery Codes*: shown until their owner says they are saved; only from then on do they work. */
export const recoveryCodesStep: LoginStep = {
  async show(deps, visit, problem) {
    const person = await personOf(deps, visit);
    const view = { action: actionOf(visit, 'recovery-codes'), email: person.email, codes: codesOf(deps, visit) };
    return recoveryCodesPage(deps.shell, view, problem);
  },

  async take(deps, visit, given) {
    const person = await personOf(deps, visit);
    if (given['saved'] === undefined) {
      return { kind: 'stay', problem: { field: 'saved', text: deps.shell.t('login.recovery-codes.save-first') } };
    }
    const codes = codesOf(deps, visit);
    return {
      kind: 'go',
      event: { kind: 'codes-kept' },
      work: async (tx) => keepRecoveryCodes({ ...deps, db: tx }, person, codes),
    };
  },
};

function codesOf(deps: LoginDeps, visit: Visit): string[] {
  const { sealedCodes } = visit.state.notes;
  if (sealedCodes === undefined) throw new AppError('login.out-of-order', { detail: 'no recovery codes were made' });
  return JSON.parse(openNote(deps, visit, sealedCodes)) as string[];
}
