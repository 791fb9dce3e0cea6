import { guessableWords, personOf } from './person.ts';
import type { LoginStep } from './turn.ts';
import { actionOf } from './turn.ts';
import type { Visit } from '../connection-login.ts';
import { findWayIn, takesPassword } from '../find-organization.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { flawProblem, newPasswordFields, repeatProblem } from '../pages/new-password.ts';
import { form, heading, submit, summary } from '../pages/parts.ts';
import { preparePassword, removeFactors } from '../../authenticators/enroll-authenticator.ts';
import { AppError } from '../../base/errors.ts';
import { html } from '../../http/html.ts';
import { findTakenUpInvitation } from '../../invitations/take-up-invitation.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** *Choose a Password*: the first one of an invited user, in the browser that took the invitation up. */
export const choosePasswordStep: LoginStep = {
  async show(deps, visit, problem) {
    const { t } = deps.shell;
    const title = t('login.choose-password.title');
    const person = await personOf(deps, visit);
    const organization = await findOrganization(deps, person.organizationId);
    const lead = t('login.choose-password.lead', { email: person.email, organization: organization?.name ?? '' });
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, lead)} ${summary(problem)}
        ${form(
          actionOf(visit, 'choose-password'),
          html`${newPasswordFields(deps.shell, person.email, problem)}${submit(t('login.choose-password.save'))}`,
        )}`,
    });
  },

  async take(deps, visit, given) {
    const person = await personOf(deps, visit);
    await requireInvitation(deps, visit);
    const different = repeatProblem(deps.shell, given);
    if (different !== undefined) return { kind: 'stay', problem: different };
    const made = await preparePassword(deps, person, given['password'] ?? '', await guessableWords(deps, person));
    if ('flaw' in made) return { kind: 'stay', problem: flawProblem(deps.shell, made.flaw) };
    return {
      kind: 'go',
      event: { kind: 'password-chosen', at: deps.clock.now() },
      work: async (tx) => {
        // Whatever an earlier, unfinished acceptance enrolled was not proved by anybody's login.
        await removeFactors({ db: tx, clock: deps.clock }, person);
        await made.set(tx);
      },
    };
  },
};

/** The invitation must still be this browser's, open, and lead to a password: all may have changed since the address. */
async function requireInvitation(deps: LoginDeps, visit: Visit): Promise<void> {
  const { invitationId, subject } = visit.state.login;
  const held = await findTakenUpInvitation(deps, visit.browser.cookie('invitation'));
  if (held === undefined || held.id !== invitationId) {
    throw new AppError('invitation.used', { detail: 'not the invitation of this browser any more' });
  }
  const way = subject === null ? undefined : await findWayIn(deps, subject.organizationId);
  if (way === undefined || !takesPassword(way)) throw new AppError('login.out-of-order', { detail: 'method changed' });
}
