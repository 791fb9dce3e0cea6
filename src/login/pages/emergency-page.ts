import { startLoginUrl } from '../../logins/authorization-request.ts';
import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from './layout.ts';
import { form, heading, submit } from './parts.ts';
import { MINUTE } from '../../base/clock.ts';
import { html } from '../../http/html.ts';

/** `/login/emergency`: what it is for; the button begins such a login. */
export async function showEmergency({ shell }: LoginDeps): Promise<Answer> {
  const { t } = shell;
  const title = t('login.emergency.title');
  const body = html`${heading(title, t('login.emergency.lead'))}
    ${form('/login/emergency', submit(t('login.log-in')))}
    <p class="below"><a href="/">${t('login.back')}</a></p>`;
  return show(cardPage(shell, { title, body }));
}

/** Begins a login whose password page is the same for everyone, whatever their organization's method. */
export async function beginEmergency(deps: LoginDeps): Promise<Answer> {
  return redirect(startLoginUrl(deps.publicUrl, { fresh: true }), [
    { name: 'login_mode', value: 'emergency', maxAge: 10 * MINUTE },
  ]);
}

/** `/login/trouble`: what may be wrong, and who helps. */
export async function showTrouble({ shell }: LoginDeps): Promise<Answer> {
  const { t } = shell;
  const title = t('login.trouble.title');
  const body = html`${heading(title)}
    <ul class="steps-plain">
      <li>${t('login.trouble.invited')}</li>
      <li>${t('login.trouble.unfinished')}</li>
      <li><a href="/login/forgot">${t('login.trouble.password')}</a></li>
      <li>${t('login.trouble.factor')}</li>
      <li>${t('login.trouble.provider')}</li>
    </ul>
    <p class="below"><a href="/">${t('login.back')}</a> · <a href="/login/emergency">${t('login.trouble.emergency')}</a></p>`;
  return show(cardPage(shell, { title, body }));
}
