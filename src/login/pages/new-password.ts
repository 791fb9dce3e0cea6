import type { Shell } from './layout.ts';
import { field, userName } from './parts.ts';
import type { Problem } from './parts.ts';
import type { PasswordFlaw } from '../../authenticators/password.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** The two fields of a new password; the address goes along for password managers. */
export function newPasswordFields(
  { t }: Shell,
  email: string,
  problem: Problem | undefined,
  focus = problem === undefined,
): Html {
  return html`${userName(email)}
  ${field(
    {
      name: 'password',
      label: t('login.choose-password.password'),
      type: 'password',
      autocomplete: 'new-password',
      help: t('login.choose-password.help'),
    },
    problem,
    focus,
  )}
  ${field(
    { name: 'repeat', label: t('login.choose-password.repeat'), type: 'password', autocomplete: 'new-password' },
    problem,
  )}`;
}

/** What is wrong before the password is looked at: the two differ. */
export function repeatProblem({ t }: Shell, given: Readonly<Record<string, string>>): Problem | undefined {
  if ((given['password'] ?? '') === (given['repeat'] ?? '')) return undefined;
  return { field: 'repeat', text: t('login.choose-password.different') };
}

export function flawProblem({ t }: Shell, flaw: PasswordFlaw): Problem {
  return { field: 'password', text: t(`login.choose-password.${flaw}`) };
}
