import { html, type Html } from '../src/http/html.ts';
import { oneTimeCode } from './gatehouse/one-time-code.ts';
import { page, send, sendLook, sendText } from './look/page.ts';
import { listen, type ListeningServer } from '../src/stand-ins/small-server.ts';
import type { Stage } from './stage.ts';
import { STORY } from './story.ts';

/** The page one keeps open beside the others: where everything is, what to click, and the administrator's code now. */
export async function showGuide(stage: Stage, port: number): Promise<ListeningServer> {
  return listen(
    async (exchange) => {
      if (sendLook(exchange)) return;
      const code = await oneTimeCode(stage.administrator.seed);
      if (exchange.url.pathname === '/code/now') return sendText(exchange, code);
      if (exchange.url.pathname === '/code') return send(exchange, 200, codePage(code));
      send(exchange, 200, guidePage(stage));
    },
    { host: '127.0.0.1', port },
  );
}

/** A step: what to do, in plain words with links. */
export function steps(stage: Stage): { title: string; steps: string[] }[] {
  const { url, reports, tickets, mailbox, administrator } = stage;
  return [
    {
      title: 'Maria of Contoso (OpenID Connect)',
      steps: [
        `Open the mailbox at ${mailbox}: the mail “Welcome to Gatehouse” to maria@contoso.example. Press “Access Gatehouse”, then Log In and Continue.`,
        `Contoso’s own login page appears: maria, password “${STORY.contoso.people[0].password}”. She is in.`,
        `Open Reports at ${reports} and press Log In: no question. Follow the link to Tickets: no question either.`,
        `Log Out in Reports, and once more where Gatehouse asks. Then click anything in Tickets at ${tickets}: it asks for a login.`,
      ],
    },
    {
      title: 'Lena of Fabrikam (Entra ID, with a client ID alone)',
      steps: [
        `In a private window: Reports, Log In, lena@fabrikam.example, Continue.`,
        `Fabrikam’s page appears: password “${STORY.fabrikam.people[0].password}”. Straight in: Fabrikam’s directory vouches for her address.`,
      ],
    },
    {
      title: 'Anna, who administers everything',
      steps: [
        `In another private window: ${url}, Log In, ${administrator.email}, password “${administrator.password}”, then her one-time code, see below.`,
        'Configuration shows the managed organizations. Open Contoso, then Authentication, Edit Settings: the guide stands beside the form.',
        'Invite somebody, disable Maria, look at the audit log.',
      ],
    },
    {
      title: 'Ben of Northwind (password and one-time code)',
      steps: ['His invitation is in the mailbox, too: he chooses a password and keeps his account safe.'],
    },
  ];
}

function guidePage(stage: Stage): Html {
  const { url, reports, tickets, mailbox, contoso, fabrikam, administrator } = stage;
  const places: [string, string, string][] = [
    ['Gatehouse', url, 'the login service and its console'],
    ['Reports', reports, 'an application'],
    ['Tickets', tickets, 'another application'],
    ['Mailbox', mailbox, 'every mail that is sent'],
    ['Contoso', contoso, 'an OpenID provider by other people'],
    ['Fabrikam', fabrikam, 'a stand-in for Entra ID'],
  ];
  return page({
    title: 'Demonstration',
    name: 'Demonstration',
    end: html`<a class="btn sm" href="/code">Anna’s one-time code</a>`,
    body: html`<div class="head"><h1>One login, two applications</h1>
<p class="soft">Everything runs on this machine and is gone when you end it.</p></div>
<section class="card flush"><table><tbody>${places.map(
      ([name, address, what]) =>
        html`<tr><td>${name}</td><td><a href="${address}" target="_blank" rel="noopener">${address}</a><br><span class="soft">${what}</span></td></tr>`,
    )}</tbody></table></section>
${steps(stage).map(
  (part) =>
    html`<section class="card"><h2>${part.title}</h2><ol class="steps">${part.steps.map((step) => html`<li>${linked(step)}</li>`)}</ol></section>`,
)}
<section class="card"><h2>Anna’s authenticator</h2><dl>
<dt>Address</dt><dd>${administrator.email}</dd><dt>Password</dt><dd><code>${administrator.password}</code></dd>
<dt>Key for an authenticator app</dt><dd><code>${administrator.seed}</code></dd>
<dt>Recovery codes</dt><dd><code>${administrator.recoveryCodes.join(' ')}</code></dd></dl>
<a class="btn ghost" href="/code">Show the code of this moment</a></section>`,
  });
}

function codePage(code: string): Html {
  return page({
    title: code,
    name: 'Demonstration',
    watch: '/code/now',
    body: html`<section class="card"><h1>Anna’s one-time code</h1><p class="code">${code}</p>
<p class="soft">It changes every 30 seconds, and this page with it. Each code works once.</p>
<a href="/">Back to the guide</a></section>`,
  });
}

/** A sentence in which addresses are links. */
function linked(sentence: string): Html[] {
  const parts = sentence.split(/(https?:\/\/[\w.:]*\w)/);
  return parts.map((part, index) =>
    index % 2 === 1 ? html`<a href="${part}" target="_blank" rel="noopener">${part}</a>` : html`${part}`,
  );
}
