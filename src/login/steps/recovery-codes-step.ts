import { openNote } from './enrollment-step.ts';
import { personOf } from './person.ts';
import type { LoginStep } from './step.ts';
import { stepUrl } from './step.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import { recoveryCodesPage } from '../pages/recovery-codes-page.ts';
import { keepRecoveryCodes } from '../../authenticators/enroll-authenticator.ts';
import { AppError } from '../../base/errors.ts';

/** *Save Your Recovery Codes*: shown until their owner says they are saved; only from then on do they work. */
export const recoveryCodesStep: LoginStep = {
  async show(deps, context, problem) {
    const person = await personOf(deps, context);
    const view = { action: stepUrl(context, 'recovery-codes'), email: person.email, codes: codesOf(deps, context) };
    return recoveryCodesPage(deps.shell, view, problem);
  },

  async submit(deps, context, given) {
    const person = await personOf(deps, context);
    if (given['saved'] === undefined) {
      return { kind: 'stay', problem: { field: 'saved', text: deps.shell.t('login.recovery-codes.save-first') } };
    }
    const codes = codesOf(deps, context);
    return {
      kind: 'go',
      event: { kind: 'codes-kept' },
      inTransaction: async (tx) => keepRecoveryCodes({ ...deps, db: tx }, person, codes),
    };
  },
};

function codesOf(deps: LoginDeps, context: LoginContext): string[] {
  const { sealedCodes } = context.state.stepState;
  if (sealedCodes === undefined) throw new AppError('login.out-of-order', { detail: 'no recovery codes were made' });
  return JSON.parse(openNote(deps, context, sealedCodes)) as string[];
}
