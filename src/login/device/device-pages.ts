import { cardPage } from '../pages/layout.ts';
import type { Shell } from '../pages/layout.ts';
import { linkButton, messagePage } from '../pages/message-pages.ts';
import { field, form, heading, hidden, submit, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { html } from '../../http/html.ts';

/** What the forms of these pages post. */
interface DeviceForm {
  action: string;
  /** Against requests of other sites. */
  xsrf: string;
  userCode: string;
}

/** *Connect a device*: the code that a device shows (RFC 8628 3.3); a link to it where no form can be made. */
export function enterCodePage(
  shell: Shell,
  {
    action,
    xsrf,
    userCode,
    problem,
  }: DeviceForm & { problem: 'wrong' | 'expired' | 'used' | 'refused' | 'fault' | null },
): string {
  const { t } = shell;
  const title = t('device.title');
  const atField: Problem | undefined =
    problem === 'wrong' || problem === 'expired' || problem === 'used'
      ? { field: 'user_code', text: t(`device.problem.${problem}`) }
      : undefined;
  const above = problem === 'refused' || problem === 'fault' ? { text: t(`device.problem.${problem}`) } : undefined;
  const label = t('device.code');
  const input = { name: 'user_code', label, value: userCode, code: true, maxlength: 20, autocomplete: 'off' };
  if (xsrf === '') {
    const next = linkButton(action, t('device.again'));
    return messagePage(shell, { title, lead: t(`device.problem.${problem ?? 'fault'}`), next });
  }
  return cardPage(shell, {
    title,
    body: html`${heading(title, t('device.lead'))} ${summary(above)}
      ${form(action, html`${hidden({ xsrf })} ${field(input, atField, true)} ${submit(t('login.continue'))}`)}`,
  });
}

/**
 * *Is it your device?* Whoever sent a person the address with a code in it wants the person to log the sender's device in
 * (RFC 8628 5.4): so the page names the application and its owner, shows the code to compare, and says when to stop.
 */
export function confirmDevicePage(
  shell: Shell,
  about: DeviceForm & { application: string; owner: string; otherNetwork: boolean },
): string {
  const { t } = shell;
  const title = t('device.confirm.title');
  return cardPage(shell, {
    title,
    body: html`${heading(title, t('device.confirm.lead', { application: about.application, owner: about.owner }))}
      <p>${t('device.confirm.question')}</p>
      <p class="device-code"><bdi dir="ltr">${about.userCode}</bdi></p>
      <div class="notice">
        <p>${t('device.confirm.warning')}</p>
        ${about.otherNetwork && html`<p>${t('device.confirm.network')}</p>`}
      </div>
      <form method="post" action="${about.action}" class="actions">
        ${hidden({ xsrf: about.xsrf, user_code: about.userCode })}
        <button class="btn" type="submit" name="confirm" value="yes">${t('device.confirm.yes')}</button>
        <button class="btn ghost" type="submit" name="abort" value="yes">${t('device.confirm.no')}</button>
      </form>`,
  });
}

/** The device is logged in; it says so itself within seconds. */
export function deviceDonePage(shell: Shell, about: { application: string }): string {
  const { t } = shell;
  return messagePage(shell, {
    title: t('device.done.title'),
    lead: t('device.done.lead', { application: about.application }),
  });
}
