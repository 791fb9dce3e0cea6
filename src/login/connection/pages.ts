import type { Shell } from '../pages/layout.ts';
import { cardPage } from '../pages/layout.ts';
import type { Problem } from '../pages/parts.ts';
import { field, form, heading, hidden, linkForm, submit, summary } from '../pages/parts.ts';
import { html, trusted } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

/** Where somebody is about to go: shown when a link, not typing, brought the browser here, or the request could not be sent. */
export function outPage(
  shell: Shell,
  about: {
    handle: string;
    organization: string;
    host: string;
    anotherWay: boolean;
    reference: string;
    supportContact: string | null;
  },
  problem: Problem | undefined,
): Html {
  const { t } = shell;
  const title = t('login.connection.title');
  const at = (step: string): string => `/login/${about.handle}/${step}`;
  return page(shell, {
    title,
    body: html`${heading(title)} ${summary(problem)}
      <p>${t('login.connection.lead', { organization: about.organization, host: about.host })}</p>
      ${form(at('connection-out'), submit(t('login.continue')))}
      <div class="below">
        ${about.anotherWay && linkForm(at('another-way'), t('login.another-way'))}
        ${linkForm(at('start-over'), t('login.connection.not-me'))}
        ${
          problem !== undefined &&
          about.supportContact !== null &&
          html`<p>${t('login.support', { contact: about.supportContact })}</p>`
        }
        ${problem !== undefined && html`<p>${t('login.reference', { reference: about.reference })}</p>`}
      </div>`,
  });
}

/** The connection a login was to go through is no longer in force: the address typed before leads to what is now. */
export function changedPage(
  shell: Shell,
  about: { handle: string; organization: string; email: string | null; reference: string },
  problem: Problem | undefined,
): Html {
  const { t } = shell;
  const title = t('login.connection.changed.title');
  const { handle, organization, email, reference } = about;
  const onward =
    email === null
      ? form(`/login/${handle}/start-over`, submit(t('login.continue')))
      : form(`/login/${handle}/identify`, html`${hidden({ email })}${submit(t('login.continue'))}`);
  return page(shell, {
    title,
    body: html`${heading(title)} ${summary(problem)}
      <p>${t('login.connection.changed', { organization })}</p>
      ${onward}
      ${problem !== undefined && html`<p class="below">${t('login.reference', { reference })}</p>`}`,
  });
}

/** "You are logged in at Contoso as X; this account is Y." */
export function bindingPage(
  shell: Shell,
  about: {
    handle: string;
    organization: string;
    /** What the provider calls the person; null when it stated no address. */
    came: string | null;
    account: string;
    codeSent: boolean;
  },
  problem: Problem | undefined,
): Html {
  const { t } = shell;
  const title = t('login.binding.title');
  const action = `/login/${about.handle}/connection-back`;
  const { organization, account } = about;
  const lead =
    about.came === null
      ? t('login.binding.lead-without', { organization, account })
      : t('login.binding.lead', { organization, came: about.came, account });
  return page(shell, {
    title,
    body: html`${heading(title, lead)} ${summary(problem)}
      ${codeForm(shell, { action, account, codeSent: about.codeSent }, problem)}
      <div class="below">
        ${linkForm(action, t('login.binding.other-account'), { other: 'yes' })}
      </div>`,
  });
}

/** *Confirm your mailbox*, before the first factor of ours is enrolled. */
export function mailboxPage(
  shell: Shell,
  about: { handle: string; organization: string; account: string; codeSent: boolean },
  problem: Problem | undefined,
): Html {
  const { t } = shell;
  const title = t('login.mailbox.title');
  const action = `/login/${about.handle}/connection-back`;
  const { organization, account } = about;
  return page(shell, {
    title,
    body: html`${heading(title, t('login.mailbox.lead', { organization }))} ${summary(problem)}
      ${codeForm(shell, { action, account, codeSent: about.codeSent }, problem)}`,
  });
}

/** Sends a code to the user's address, then asks for it. */
function codeForm(
  { t }: Shell,
  about: { action: string; account: string; codeSent: boolean },
  problem: Problem | undefined,
): Html {
  const { action, account } = about;
  if (!about.codeSent) {
    return form(action, html`${hidden({ send: 'yes' })}${submit(t('login.binding.send', { account }))}`);
  }
  const code = field(
    {
      name: 'code',
      label: t('login.address-code.code'),
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      code: true,
    },
    problem,
    problem === undefined,
  );
  return html`<p class="soft">${t('login.binding.sent', { account })}</p>
    ${form(action, html`${code}${submit(t('login.continue'))}`)}
    <div class="below">${linkForm(action, t('login.address-code.again'), { send: 'yes' })}</div>`;
}

/** An answer that belongs to no login in this browser: nothing of it is used. `again`: where one goes on. */
export function strayPage(shell: Shell, lead: string, reference: string, again = '/'): string {
  const { t } = shell;
  const title = t('login.stray.title');
  return cardPage(shell, {
    title,
    body: html`${heading(title, lead)}
      <div class="actions"><a class="btn" href="${again}">${t('login.log-in-again')}</a></div>
      <p class="below">${t('login.reference', { reference })}</p>`,
  });
}

/** Where an administrator of an Entra ID directory comes back from the admin-consent page. */
export function consentedPage(shell: Shell): string {
  const { t } = shell;
  const title = t('login.consented.title');
  return cardPage(shell, { title, body: heading(title, t('login.consented.lead')) });
}

function page(shell: Shell, content: { title: string; body: Html }): Html {
  return trusted(cardPage(shell, content));
}
