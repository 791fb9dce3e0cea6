import { keyForm } from './enrollment-pages.ts';
import { cardPage } from './layout.ts';
import type { Shell } from './layout.ts';
import { field, form, heading, linkForm, submit, summary, who } from './parts.ts';
import type { Problem } from './parts.ts';
import type { Factor } from '../../logins/login.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

export interface SecondFactorView {
  action: string;
  startOver: string;
  email: string;
  using: Factor;
  /** WebAuthn request options, for a security key. */
  options: string | null;
  /** The other ways. */
  others: readonly Factor[];
  /** What a step-up is for; null after a password. */
  lead: string | null;
}

const USE = {
  otp: 'login.second-factor.use-otp',
  'security-key': 'login.second-factor.use-key',
  'recovery-code': 'login.second-factor.use-recovery',
} as const;

/** One second factor, and the other ways below it. */
export function secondFactorPage(shell: Shell, view: SecondFactorView, problem?: Problem): string {
  const { t } = shell;
  const title = t('login.second-factor.title');
  const lead = view.lead ?? (view.using === 'security-key' && t('login.second-factor.key-lead'));
  return cardPage(shell, {
    title,
    scripts: view.options === null ? [] : ['securityKey'],
    body: html`${heading(title, lead)} ${summary(problem)} ${who(t, view.email, view.startOver)}
      ${
        view.options === null
          ? form(view.action, html`${codeField(shell, view.using, problem)}${submit(t('login.continue'))}`)
          : keyForm(shell, {
              action: view.action,
              options: view.options,
              ceremony: 'authenticate',
              label: t('login.second-factor.key'),
            })
      }
      <div class="below">
        ${
          view.others.length > 0 &&
          html`<p>${t('login.another-way')}</p>
          ${view.others.map((kind) => html`<p>${linkForm(view.action, t(USE[kind]), { use: kind })}</p>`)}`
        }
        <p>${t('login.second-factor.lost')}</p>
      </div>`,
  });
}

function codeField({ t }: Shell, using: Factor, problem: Problem | undefined): Html {
  if (using === 'recovery-code') {
    return field(
      {
        name: 'code',
        label: t('login.second-factor.recovery'),
        help: t('login.second-factor.recovery-help'),
        autocomplete: 'off',
        code: true,
      },
      problem,
      problem === undefined,
    );
  }
  return field(
    {
      name: 'code',
      label: t('login.second-factor.code'),
      help: t('login.second-factor.code-help'),
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      code: true,
    },
    problem,
    problem === undefined,
  );
}
