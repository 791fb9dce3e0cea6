import { guessableWords, personOf } from './person.ts';
import type { Form, LoginStep } from './step.ts';
import { stepUrl } from './step.ts';
import { nameFields, profileProblem } from '../account/own-profile.ts';
import type { LoginContext } from '../login-context.ts';
import { acceptsPassword, findUsableMethod } from '../../logins/find-login-method.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { flawProblem, newPasswordFields, repeatProblem } from '../pages/new-password.ts';
import { form, heading, submit, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { preparePassword, removeFactors } from '../../authenticators/enroll-authenticator.ts';
import type { Person } from '../../authenticators/enroll-authenticator.ts';
import { AppError } from '../../base/errors.ts';
import { html } from '../../http/html.ts';
import { findRedeemedInvitation } from '../../invitations/redeem-invitation.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findUser } from '../../users/find-users.ts';
import { changeOwnProfile } from '../../users/profile/change-own-profile.ts';
import { profileChange } from '../../users/profile/profile.ts';
import type { TypedProfile } from '../../users/profile/profile.ts';

/** *Choose a Password*: the first one of an invited user, in the browser that redeemed the invitation; and what to be called. */
export const choosePasswordStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const title = t('login.choose-password.title');
    const person = await personOf(deps, context);
    const organization = await findOrganization(deps, person.organizationId);
    const known = (await findUser(deps, person.userId)) ?? { givenName: null, familyName: null };
    const named = problem?.typed === undefined ? {} : namesIn(problem.typed);
    const lead = t('login.choose-password.lead', { email: person.email, organization: organization?.name ?? '' });
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, lead)} ${summary(problem)}
        ${form(
          stepUrl(context, 'choose-password'),
          html`${nameFields(deps.shell, { ...known, ...named }, problem)}
          ${newPasswordFields(deps.shell, person.email, problem, false)} ${submit(t('login.choose-password.save'))}`,
        )}
        <p class="below small soft">${t('login.choose-password.keep-link')}</p>`,
    });
  },

  async submit(deps, context, given) {
    const person = await personOf(deps, context);
    await requireInvitation(deps, context);
    const names = namesIn(given);
    const wrong = await nameProblem(deps, person, names);
    if (wrong !== undefined) return { kind: 'stay', problem: { ...wrong, typed: given } };
    const different = repeatProblem(deps.shell, given);
    if (different !== undefined) return { kind: 'stay', problem: { ...different, typed: given } };
    const made = await preparePassword(deps, person, given['password'] ?? '', await guessableWords(deps, person));
    if ('flaw' in made) return { kind: 'stay', problem: { ...flawProblem(deps.shell, made.flaw), typed: given } };
    return {
      kind: 'go',
      event: { kind: 'password-chosen', at: deps.clock.now() },
      inTransaction: async (tx) => {
        // Whatever an earlier, unfinished acceptance enrolled was not proved by anybody's login.
        await removeFactors({ db: tx, clock: deps.clock }, person);
        await made.set(tx);
        await changeOwnProfile({ db: tx, clock: deps.clock }, person, names);
      },
    };
  },
};

/** The names in a form; a field that did not come leaves what is known. */
function namesIn(given: Form): { givenName?: string; familyName?: string } {
  const { given_name: givenName, family_name: familyName } = given;
  return { ...(givenName === undefined ? {} : { givenName }), ...(familyName === undefined ? {} : { familyName }) };
}

/** What is wrong with the names, before anything is written. */
async function nameProblem(deps: LoginDeps, person: Person, names: TypedProfile): Promise<Problem | undefined> {
  const user = await findUser(deps, person.userId);
  try {
    if (user !== undefined) profileChange(user, names, deps.clock.now());
    return undefined;
  } catch (error) {
    const problem = profileProblem(deps.shell, error);
    if (problem === undefined) throw error;
    return problem;
  }
}

/** The invitation must still be this browser's, open, and lead to a password: all may have changed since the address. */
async function requireInvitation(deps: LoginDeps, context: LoginContext): Promise<void> {
  const { invitationId, subject } = context.state.login;
  const held = await findRedeemedInvitation(deps, context.browser.cookie('invitation'));
  if (held === undefined || held.id !== invitationId) {
    throw new AppError('invitation.used', { detail: 'not the invitation of this browser any more' });
  }
  const usable = subject === null ? undefined : await findUsableMethod(deps, subject.organizationId, subject.userId);
  if (usable === undefined || !acceptsPassword(usable))
    throw new AppError('login.out-of-order', { detail: 'method changed' });
}
