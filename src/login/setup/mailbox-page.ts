import { SETUP_COOKIE, ended } from './setup-page.ts';
import type { SetupContext } from './setup-page.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import { field, form, heading, linkForm, submit, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { randomSecret } from '../../base/random.ts';
import { mailSetupCode, proveMailbox } from '../../connections/setup/open-setup.ts';
import { SETUP_LIFETIME } from '../../connections/setup/setup-invitation.ts';
import { html } from '../../http/html.ts';
import { domainOf } from '../../mail/post-mail.ts';

/**
 * GET: what the link is for, and the button that mails a code; where one was asked for, its field. Changes nothing. Of the
 * mailbox it names the domain alone, and never asks which one it is: there is nothing to be guessed.
 */
export async function showMailbox(deps: LoginDeps, context: SetupContext): Promise<Answer> {
  const end = ended(deps, context.invitation);
  if (end !== undefined) return end;
  if (context.proven) return redirect(context.at(context.invitation.step ?? 'provider'));
  const waits = (context.visit?.codeExpiresAt ?? new Date(0)) > deps.clock.now();
  return waits ? codePage(deps, context) : startPage(deps, context);
}

/** POST: mails a code for this browser. */
export async function sendCode(deps: LoginDeps, context: SetupContext): Promise<Answer> {
  const { browser } = context.request;
  const secret = browser.cookie(SETUP_COOKIE) ?? randomSecret();
  await mailSetupCode({ ...deps, t: deps.shell.t }, context, { secret, network: browser.network });
  return redirect(context.at('start'), [{ name: SETUP_COOKIE, value: secret, maxAge: SETUP_LIFETIME }]);
}

/** POST: the code. */
export async function proveByCode(deps: LoginDeps, context: SetupContext): Promise<Answer> {
  const right = await proveMailbox(deps, context, context.request.form['code'] ?? '');
  if (right) return redirect(context.at(context.invitation.step ?? 'provider'));
  return codePage(deps, context, { field: 'code', text: deps.shell.t('setup-link.code.wrong') });
}

function startPage({ shell }: LoginDeps, { organization, invitation, at }: SetupContext): Answer {
  const { t } = shell;
  const about = { organization: organization.name };
  const title = t('setup-link.title', about);
  const body = html`${heading(title, t('setup-link.lead', about))}
    <ul>
      <li>${t('setup-link.needs.time')}</li>
      <li>${t('setup-link.needs.right')}</li>
      <li>${t('setup-link.needs.dns')}</li>
    </ul>
    <p class="notice good">${t('setup-link.safe')}</p>
    <p class="soft">${t('setup-link.send-code.why', { domain: domainOf(invitation.email) })}</p>
    ${form(at('code'), submit(t('setup-link.send-code')))}`;
  return show(cardPage(shell, { title, body, wide: true }));
}

function codePage({ shell }: LoginDeps, { invitation, at }: SetupContext, problem?: Problem): Answer {
  const { t } = shell;
  const title = t('setup-link.code.title');
  const code = field(
    {
      name: 'code',
      label: t('setup-link.code'),
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      code: true,
      maxlength: 20,
    },
    problem,
    problem === undefined,
  );
  const body = html`${heading(title, t('setup-link.code.lead', { domain: domainOf(invitation.email) }))}
    ${summary(problem)} ${form(at('prove'), html`${code}${submit(t('setup-link.continue'))}`)}
    <div class="below">${linkForm(at('code'), t('setup-link.code.again'))}</div>`;
  return show(cardPage(shell, { title, body }), problem === undefined ? 200 : 422);
}
