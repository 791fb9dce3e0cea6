import { cardPage } from './layout.ts';
import type { Shell } from './layout.ts';
import { form, heading, linkForm, submit } from './parts.ts';
import { HOUR, MINUTE } from '../../base/clock.ts';
import type { AppError } from '../../base/errors.ts';
import { html, trusted } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** A page that only says something, and where to go on. */
export function messagePage(
  shell: Shell,
  message: { title: string; lead: string; reference?: string; next?: Html | false; notice?: string | false },
): string {
  const { t } = shell;
  return cardPage(shell, {
    title: message.title,
    body: html`${heading(message.title, message.lead)}
      ${message.notice !== undefined && message.notice !== false && html`<p class="notice">${message.notice}</p>`}
      ${message.next !== undefined && message.next !== false && html`<div class="actions">${message.next}</div>`}
      ${
        message.reference !== undefined &&
        message.reference !== '' &&
        html`<p class="below">${t('login.reference', { reference: message.reference })}</p>`
      }`,
  });
}

export function linkButton(href: string, label: string, ghost = false): Html {
  return html`<a class="btn${ghost ? ' ghost' : ''}" href="${href}">${label}</a>`;
}

/** A log-in page that is over: reloaded, opened in another browser, or back from a login that ended. */
export function expiredPage(shell: Shell, again = '/'): string {
  const { t } = shell;
  return messagePage(shell, {
    title: t('login.expired.title'),
    lead: t('login.expired.lead'),
    next: linkButton(again, t('login.log-in-again')),
  });
}

/** A step that does not come now: another tab went on, or the form is an old one. */
export function elsewherePage(shell: Shell, handle: string): string {
  const { t } = shell;
  return messagePage(shell, {
    title: t('login.elsewhere.title'),
    lead: t('login.elsewhere.lead'),
    next: linkButton(`/login/${handle}`, t('login.continue')),
  });
}

/** A refused request outside of a login. A refusal that names a reference of its own (of a login) shows that one alone. */
export function faultPage(shell: Shell, error: AppError, requestId: string): string {
  const { t } = shell;
  const reference = String(error.values['reference'] ?? requestId);
  const limited = error.code === 'request.too-many';
  if (error.code === 'not-found') {
    const next = linkButton('/', t('login.back'));
    return messagePage(shell, { title: t('login.nothing.title'), lead: t('login.nothing.lead'), next });
  }
  return messagePage(shell, {
    title: limited ? t('login.limited.title') : t('login.fault.title'),
    lead: limited ? limitText(shell, error) : t(`error.${error.code}`, { reference, ...error.values }),
    reference,
    next: linkButton('/', t('login.back')),
  });
}

/** How long to wait: in minutes, from two hours on in hours; where others take our time, in seconds. */
export function limitText({ t }: Pick<Shell, 't'>, error: AppError): string {
  if (error.code === 'service.busy') return t('error.service.busy', error.values);
  const seconds = Number(error.values['seconds'] ?? MINUTE);
  if (seconds >= 2 * HOUR) return t('login.limited.hours', { hours: Math.ceil(seconds / HOUR) });
  return t('login.limited.lead', { minutes: Math.max(1, Math.ceil(seconds / MINUTE)) });
}

/** The end of a login that was refused: what to do next, whom to ask, what to quote. */
export function refusedPage(
  shell: Shell,
  refused: {
    lead: string;
    reference: string;
    supportContact: string | null;
    startOver: string;
    leave: { action: string; application: string } | null;
  },
): string {
  const { t } = shell;
  const title = t('login.refused.title');
  return cardPage(shell, {
    title,
    body: html`${heading(title, refused.lead)}
      ${form(refused.startOver, submit(t('login.log-in-again')))}
      <div class="below">
        ${
          refused.leave !== null &&
          linkForm(refused.leave.action, t('login.refused.return', { application: refused.leave.application }))
        }
        ${refused.supportContact !== null && html`<p>${t('login.support', { contact: refused.supportContact })}</p>`}
        <p>${t('login.reference', { reference: refused.reference })}</p>
      </div>`,
  });
}

/** *Log out?* `formMarkup` is the library's hidden form with the id `op.logoutForm`; its button stands here. */
export function logoutPage(shell: Shell, logout: { formMarkup: string; applicationName: string | null }): string {
  const { t } = shell;
  const title = t('logout.title');
  const { applicationName } = logout;
  return cardPage(shell, {
    title,
    body: html`${heading(
      title,
      applicationName === null || applicationName === 'console' || applicationName === 'start'
        ? t('logout.lead')
        : t('logout.asked', { application: applicationName }),
    )}
      ${trusted(logout.formMarkup)}
      <div class="actions">
        <button class="btn" type="submit" form="op.logoutForm" name="logout" value="yes">${t('logout.yes')}</button>
        <button class="btn ghost" type="submit" form="op.logoutForm">${t('logout.no')}</button>
      </div>`,
  });
}

/** After a logout. */
export function loggedOutPage(shell: Shell, after: { federated: boolean }): string {
  const { t } = shell;
  return messagePage(shell, {
    title: t('logout.done.title'),
    lead: t('logout.done.lead'),
    notice: after.federated && t('logout.done.federated'),
    next: linkButton('/', t('login.log-in-again')),
  });
}
