import type { LoginStep } from '../step.ts';
import { stepUrl } from '../step.ts';
import { identifyStep } from '../identify-step.ts';
import type { LoginContext } from '../../login-context.ts';
import type { LoginDeps } from '../../login-deps.ts';
import { cardPage } from '../../pages/layout.ts';
import { heading, summary } from '../../pages/parts.ts';
import { html } from '../../../http/html.ts';
import { readEmailAddress } from '../../../users/email-address.ts';
import { findUser } from '../../../users/find-users.ts';

/**
 * *Which account?*: the application asks which account to use, or expects another than the one logged in here. To go on with it
 * proves nothing anew; another one is logged in as ever, and ends this session only after `switch-user` has asked.
 */
export const selectAccountStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const { application, session } = context.request;
    const user = session === null ? undefined : await findUser(deps, session.userId);
    const email = user?.email ?? '';
    const hint = await otherAddress(deps, context);
    const known = application.kind === 'registered';
    const title = t('login.select-account.title');
    const lead = !known
      ? t('login.select-account.lead-here', { current: email })
      : hint === undefined
        ? t('login.select-account.lead', { application: application.name, current: email })
        : t('login.select-account.lead-other', { application: application.name, expected: hint, current: email });
    const keep = html`<button class="btn${hint === undefined ? '' : ' ghost'}" type="submit" name="answer" value="keep">
      ${t('login.select-account.keep', { name: user?.name ?? email })}
    </button>`;
    const other = html`<button
      class="btn${hint === undefined ? ' ghost' : ''}"
      type="submit"
      name="answer"
      value="other"
    >
      ${hint === undefined ? t('login.select-account.other') : t('login.select-account.as', { email: hint })}
    </button>`;
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, lead)} ${summary(problem)}
        <form method="post" action="${stepUrl(context, 'select-account')}" class="actions">
          ${hint === undefined ? [keep, other] : [other, keep]}
        </form>`,
    });
  },

  async submit(deps, context, given) {
    if (given['answer'] === 'keep') return { kind: 'go', event: { kind: 'account-kept' } };
    const hint = await otherAddress(deps, context);
    if (hint !== undefined) return identifyStep.submit(deps, context, { email: hint });
    return { kind: 'go', event: { kind: 'started-over' } };
  },
};

/** The address the application expects, where it is not the one of who is logged in here. */
async function otherAddress(deps: LoginDeps, context: LoginContext): Promise<string | undefined> {
  const { loginHint, session } = context.request;
  const hinted = readEmailAddress(loginHint ?? '');
  const user = session === null ? undefined : await findUser(deps, session.userId);
  return hinted !== undefined && hinted.key !== user?.emailKey ? hinted.email : undefined;
}
