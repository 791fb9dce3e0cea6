import { startLoginUrl } from '../../logins/authorization-request.ts';
import { acceptsPassword, findUsableMethod } from '../../logins/find-login-method.ts';
import { enqueueResetLinks } from '../../logins/people/mail-reset-links.ts';
import { show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from './layout.ts';
import type { Shell } from './layout.ts';
import { linkButton, messagePage } from './message-pages.ts';
import { flawProblem, newPasswordFields, repeatProblem } from './new-password.ts';
import { field, form, heading, submit, summary } from './parts.ts';
import type { Problem } from './parts.ts';
import { resetPasswordFailures } from '../../authenticators/verify-authenticator.ts';
import { findReset, resetPassword } from '../../authenticators/reset-password.ts';
import type { OpenReset } from '../../authenticators/reset-password.ts';
import { HOUR } from '../../base/clock.ts';
import { rethrowUnless } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { html } from '../../http/html.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { readEmailAddress } from '../../users/email-address.ts';

const ASKED = { name: 'reset', points: 30, seconds: HOUR };
const LOOKS = { name: 'link', points: 60, seconds: 60 };

/** **Forgot password**: asks for the address. */
export async function showForgot({ shell }: LoginDeps): Promise<Answer> {
  return forgotForm(shell, '');
}

/** As {@link showForgot}, from a login: with the address that was typed there. */
export async function showForgotInLogin({ shell }: LoginDeps, { state }: LoginContext): Promise<Answer> {
  return forgotForm(shell, state.login.email ?? '');
}

function forgotForm(shell: Shell, address: string, problem?: Problem): Answer {
  const { t } = shell;
  const title = t('forgot.title');
  const email = field(
    {
      name: 'email',
      label: t('login.identify.email'),
      type: 'email',
      autocomplete: 'username',
      value: problem?.value ?? address,
    },
    problem,
    problem === undefined,
  );
  const body = html`${heading(title, t('forgot.lead'))} ${summary(problem)}
    ${form('/login/forgot', html`${email}${submit(t('forgot.send'))}`)}
    <p class="below"><a href="/">${t('login.back')}</a></p>`;
  return show(cardPage(shell, { title, body }), problem === undefined ? 200 : 422);
}

/** The same answer for every address, before anything is looked up: whether somebody is there shows in the mailbox alone. */
export async function askForLink(deps: LoginDeps, request: PageRequest): Promise<Answer> {
  const { t } = deps.shell;
  await deps.rateLimit.consume(ASKED, request.browser.network);
  const typed = request.form['email'] ?? '';
  const address = readEmailAddress(typed);
  if (address === undefined) {
    return forgotForm(deps.shell, '', { field: 'email', text: t('error.email.malformed'), value: typed.slice(0, 508) });
  }
  await enqueueResetLinks(deps, address);
  return show(
    messagePage(deps.shell, {
      title: t('forgot.sent.title'),
      lead: t('forgot.sent.lead'),
      next: linkButton('/', t('login.back')),
    }),
  );
}

/** GET of a link: the form. Spends nothing. */
export async function showReset(
  deps: LoginDeps,
  request: PageRequest,
  kind: OpenReset['link']['kind'],
): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const reset = await findReset(deps, request.parameter('token'), kind);
  return reset === undefined ? closed(deps) : resetForm(deps, request, reset);
}

/** POST: sets the password, once; all sessions end, and a login with password and second factor follows. */
export async function submitReset(
  deps: LoginDeps,
  request: PageRequest,
  kind: OpenReset['link']['kind'],
): Promise<Answer> {
  await deps.rateLimit.consume(LOOKS, request.browser.network);
  const reset = await findReset(deps, request.parameter('token'), kind);
  if (reset === undefined) return closed(deps);
  const different = repeatProblem(deps.shell, request.form);
  if (different !== undefined) return resetForm(deps, request, reset, different);
  const { user } = reset;
  const organization = await findOrganization(deps, user.organizationId);
  try {
    const answer = await resetPassword(deps, {
      token: request.parameter('token'),
      reset,
      password: request.form['password'] ?? '',
      words: [deps.productName, organization?.name ?? ''],
    });
    if ('flaw' in answer) return resetForm(deps, request, reset, flawProblem(deps.shell, answer.flaw));
  } catch (error) {
    // Another request used the link meanwhile.
    rethrowUnless(error, 'login.expired');
    return closed(deps);
  }
  await resetPasswordFailures(deps, user.emailKey);
  return resetDone(deps, reset);
}

/** On to a login: the ordinary one, or emergency access where the organization's people log in elsewhere. */
async function resetDone(deps: LoginDeps, { user }: OpenReset): Promise<Answer> {
  const { t } = deps.shell;
  const usable = await findUsableMethod(deps, user.organizationId, user.id);
  const ordinary = usable !== undefined && acceptsPassword(usable);
  if (!ordinary) {
    const next = linkButton('/login/emergency', t('login.trouble.emergency'));
    return show(messagePage(deps.shell, { title: t('reset.title'), lead: t('reset.done-emergency'), next }));
  }
  const url = startLoginUrl(deps.publicUrl, {
    loginHint: user.email,
    organization: formatId('org', user.organizationId),
    fresh: true,
  });
  const message = { title: t('reset.title'), lead: t('reset.done'), next: linkButton(url, t('login.log-in')) };
  return show(messagePage(deps.shell, message));
}

function resetForm({ shell }: LoginDeps, request: PageRequest, { user, link }: OpenReset, problem?: Problem): Answer {
  const { t } = shell;
  const title = t('reset.title');
  const recovery = link.kind === 'recovery';
  const lead = recovery ? t('reset.recovery-lead', { email: user.email }) : t('reset.lead', { email: user.email });
  const action = `/login/${recovery ? 'recover' : 'reset'}/${encodeURIComponent(request.parameter('token'))}`;
  const fields = html`${newPasswordFields(shell, user.email, problem)}${submit(t('login.choose-password.save'))}`;
  const body = html`${heading(title, lead)} ${summary(problem)} ${form(action, fields)}`;
  return show(cardPage(shell, { title, body }), problem === undefined ? 200 : 422);
}

function closed({ shell }: LoginDeps): Answer {
  const { t } = shell;
  const next = linkButton('/login/forgot', t('reset.closed.again'));
  const message = { title: t('reset.closed.title'), lead: t('reset.closed.lead'), next };
  return show(messagePage(shell, message), 410);
}
