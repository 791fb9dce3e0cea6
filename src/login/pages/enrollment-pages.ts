import { renderSVG } from 'uqr';
import { cardPage } from './layout.ts';
import type { Shell } from './layout.ts';
import { choice, field, form, heading, linkForm, submit, summary } from './parts.ts';
import type { Problem } from './parts.ts';
import { enrolmentUri, inGroups } from '../../authenticators/totp.ts';
import { html, trusted } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

interface View {
  action: string;
  /** Back to the address; null outside of a login. */
  startOver: string | null;
  email: string;
  /** Fields that go along with every form of the page. */
  fields?: Html;
}

/** *Keep Your Account Safe*: the two ways as cards. */
export function enrollPage(shell: Shell, view: View, problem?: Problem): string {
  const { t } = shell;
  const title = t('login.enroll.title');
  return cardPage(shell, {
    title,
    body: html`${heading(title, t('login.enroll.lead'))} ${summary(problem)}
      <form method="post" action="${view.action}" class="choices">
        ${choice({
          name: 'choose',
          value: 'otp',
          title: t('login.enroll.otp'),
          note: t('login.enroll.otp-note'),
          icon: 'phone',
        })}
        ${choice({
          name: 'choose',
          value: 'security-key',
          title: t('login.enroll.security-key'),
          note: t('login.enroll.security-key-note'),
          icon: 'key',
        })}
      </form>
      ${asWhom(shell, view)}`,
  });
}

/** QR code, typed secret, one-time code. The code stays black on white in the dark, or no camera reads it. */
export function enrollOtpPage(shell: Shell, view: View & { seed: string }, problem?: Problem): string {
  const { t } = shell;
  const title = t('login.enroll-otp.title');
  const uri = enrolmentUri({ seed: view.seed, product: t('mail.sender'), email: view.email });
  const qr = renderSVG(uri, { border: 2, ecc: 'M', pixelSize: 4 }).replace(
    '<svg ',
    `<svg role="img" aria-labelledby="qr-name" `,
  );
  return cardPage(shell, {
    title,
    wide: true,
    scripts: ['conveniences'],
    body: html`${heading(title)} ${summary(problem)}
      <ol class="steps">
        <li>${t('login.enroll-otp.step-install')}</li>
        <li>
          ${t('login.enroll-otp.step-scan')}
          <div class="qr"><span id="qr-name" hidden>${t('login.enroll-otp.qr')}</span>${trusted(qr)}</div>
          <a class="btn ghost small on-touch" href="${uri}">${t('login.enroll-otp.open')}</a>
          <details>
            <summary>${t('login.enroll-otp.no-scan')}</summary>
            <p class="small">${t('login.enroll-otp.typed')}</p>
            <code class="secret" id="seed">${inGroups(view.seed)}</code>
            ${copyButton(shell, 'seed')}
          </details>
        </li>
        <li>${t('login.enroll-otp.step-code')}</li>
      </ol>
      ${form(
        view.action,
        html`${view.fields ?? false}${field(
          {
            name: 'code',
            label: t('login.enroll-otp.code'),
            inputmode: 'numeric',
            autocomplete: 'one-time-code',
            code: true,
          },
          problem,
          problem === undefined,
        )}
        ${field({ name: 'name', label: t('login.enroll.name'), value: t('login.enroll.otp-name'), maxlength: 60 }, problem)}
        ${submit(t('login.continue'))}`,
      )}
      <div class="below">
        ${
          view.startOver === null
            ? html`<a href="/account">${t('account.back')}</a>`
            : linkForm(view.action, t('login.enroll.other'), { choose: 'other' })
        }
      </div>`,
  });
}

/** A security key: the browser asks for it, from a click. */
export function enrollKeyPage(shell: Shell, view: View & { options: string }, problem?: Problem): string {
  const { t } = shell;
  const title = t('login.enroll-key.title');
  return cardPage(shell, {
    title,
    scripts: ['securityKey'],
    body: html`${heading(title, t('login.enroll-key.lead'))} ${summary(problem)}
      ${keyForm(shell, {
        action: view.action,
        options: view.options,
        ceremony: 'register',
        label: t('login.enroll-key.add'),
        fields: html`${view.fields ?? false}${field(
          { name: 'name', label: t('login.enroll.name'), value: t('login.enroll.key-name'), maxlength: 60 },
          undefined,
        )}`,
      })}
      <div class="below">
        ${
          view.startOver === null
            ? html`<a href="/account">${t('account.back')}</a>`
            : linkForm(view.action, t('login.enroll.other'), { choose: 'other' })
        }
      </div>`,
  });
}

/** A form whose answer the script takes from the browser's authenticator. Without script it says so. */
export function keyForm(
  { t }: Shell,
  input: { action: string; options: string; ceremony: 'register' | 'authenticate'; label: string; fields?: Html },
): Html {
  return html`<form
      method="post"
      action="${input.action}"
      class="fields"
      data-ceremony="${input.ceremony}"
      data-options="${input.options}"
      data-closed="${t('login.key.closed')}"
      data-unsupported="${t('login.key.unsupported')}"
    >
      ${input.fields ?? false}
      <input type="hidden" name="response" value="" />
      <p class="summary hidden" role="alert" tabindex="-1"></p>
      <button class="btn full" type="submit">${input.label}</button>
    </form>
    <noscript><p class="notice">${t('login.key.script')}</p></noscript>`;
}

/** Copies the text of the element named; shown by the script that can do it. */
export function copyButton({ t }: Shell, of: string): Html {
  return html`<button type="button" class="btn ghost small" data-copy="${of}" data-done="${t('login.copied')}" hidden>
    ${t('login.copy')}
  </button>`;
}

function asWhom({ t }: Shell, view: View): Html | false {
  if (view.startOver === null) return false;
  return html`<div class="below line">
    ${t('login.as', { email: view.email })} ${linkForm(view.startOver, t('login.not-you'))}
  </div>`;
}
