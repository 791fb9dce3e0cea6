import { html, type Html } from '../../src/http/html.ts';
import { page } from '../look/page.ts';
import type { ReceivedMail } from './received-mail.ts';

const NAME = 'Mailbox';

/** `/` and `/mails/<number>`: the list, the newest first, and beside it the mail one chose. */
export function mailboxPage(mails: readonly ReceivedMail[], chosen?: ReceivedMail): Html {
  const lines = mails.map(
    (mail) => html`<li><a href="/mails/${mail.number}" ${mail === chosen ? CURRENT : null}>
<span class="subject">${mail.subject || 'No subject'}</span><span>${mail.to.join(', ')}</span>
<span class="soft small">${clockTime(mail.receivedAt)}</span></a></li>`,
  );
  const list =
    mails.length === 0
      ? html`<section class="card"><h2>No mail yet</h2><p class="soft">Mails to anybody arrive here.</p></section>`
      : html`<section class="card flush"><ul class="list">${lines}</ul></section>`;
  const beside =
    chosen === undefined
      ? html`<section class="card"><p class="soft">${mails.length === 0 ? '' : 'Choose a mail to read it.'}</p></section>`
      : mailCard(chosen);
  return page({
    title: chosen === undefined ? NAME : `${chosen.subject} · ${NAME}`,
    name: NAME,
    wide: true,
    watch: '/newest',
    end: html`<span class="soft small">${mails.length === 1 ? '1 mail' : `${mails.length} mails`}</span>
<a class="btn ghost sm" href="/">Look for new mail</a>`,
    body: html`<h1>${NAME}</h1><div class="two">${list}${mails.length === 0 ? null : beside}</div>`,
  });
}

const CURRENT: Html = { markup: 'aria-current="true"' };

function mailCard(mail: ReceivedMail): Html {
  const text = html`<pre>${mail.text ?? ''}</pre>`;
  const frame = html`<iframe title="The mail" src="/mails/${mail.number}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<details><summary>As plain text</summary>${text}</details>`;
  return html`<section class="card flush"><div class="pad"><h2>${mail.subject || 'No subject'}</h2>
<p class="small soft">From ${mail.from}<br>To ${mail.to.join(', ')}</p></div>
${mail.html === undefined ? html`<div class="pad">${text}</div>` : frame}</section>`;
}

function clockTime(at: Date): string {
  return at.toTimeString().slice(0, 8);
}
