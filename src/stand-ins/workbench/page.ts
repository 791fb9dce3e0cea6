import { escapeHtml } from '../small-server.ts';
import type { StandIn } from '../stand-in.ts';
import { switchesOf } from '../switches/switches.ts';
import { decodeExchange } from './decoded.ts';

const SHOWN_REQUESTS = 20;

/** What has to be entered where the stand-in is connected: the name of a field, and its value. */
export type ConnectionValues = readonly (readonly [field: string, value: string])[];

const STYLE = `:root{color-scheme:light dark;--line:light-dark(#d5dae1,#3a414c);--quiet:light-dark(#5b6573,#9aa5b4);--accent:light-dark(#1f5fbf,#7fb0ff)}
html{background:Canvas;color:CanvasText}body{background:Canvas;font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
header p{border-left:4px solid #c77700;padding-left:.75rem}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}h3{font-size:1rem;margin:1rem 0 .25rem}
table{border-collapse:collapse;width:100%}td,th{border-top:1px solid var(--line);padding:.35rem .5rem .35rem 0;text-align:left;vertical-align:top}
td:first-child{color:var(--quiet);width:min(22rem,45%)}code,pre{font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap;margin:0}
button{font:inherit;padding:.25rem .75rem;border:1px solid var(--line);border-radius:6px;background:none;color:var(--accent);cursor:pointer}
input[type=text],input[type=email]{font:inherit;padding:.25rem .5rem;border:1px solid var(--line);border-radius:6px;max-width:100%}
label{display:flex;gap:.5rem;align-items:baseline;padding:.1rem 0}form.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0}
.person{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;border-top:1px solid var(--line);padding:.4rem 0}.person span{flex:1 1 16rem}
.quiet{color:var(--quiet)}.on{font-weight:600}details{border-top:1px solid var(--line);padding:.4rem 0}summary{cursor:pointer}
.bar{position:sticky;bottom:0;background:Canvas;border-top:1px solid var(--line);padding:.5rem 0;display:flex;gap:.5rem;flex-wrap:wrap}.bar+.bar,form+.bar{position:static;border:0}`;

/** The page of a stand-in, whole: no script, each change is a form. */
export function workbenchPage(view: {
  title: string;
  values: ConnectionValues;
  standIn: StandIn;
  on: readonly string[];
}): string {
  const { title, values, standIn, on } = view;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Stand-in for ${escapeHtml(title)}</title><style>${STYLE}</style>
<header><h1>Stand-in for ${escapeHtml(title)}</h1>
<p><b>For development only.</b> Whoever clicks here logs in as anybody. It listens on this machine alone and forgets everything when it ends.</p></header>
<main><h2 id="connection">What to enter in Gatehouse</h2>${tableOf(values)}
<h2 id="people">People</h2>${peopleOf(standIn)}
<h2 id="faults">What goes wrong</h2>${faultsOf(standIn, on)}
<h2 id="requests">Last requests</h2>${requestsOf(standIn)}</main></html>`;
}

function tableOf(rows: ConnectionValues): string {
  const cells = rows.map(([name, value]) => `<tr><td>${escapeHtml(name)}<td><code>${escapeHtml(value)}</code>`);
  return `<table>${cells.join('')}</table>`;
}

function button(action: string, text: string, person = ''): string {
  return `<form method="post" action="/workbench/${action}"><input type="hidden" name="person" value="${escapeHtml(person)}"><button>${text}</button></form>`;
}

function peopleOf(standIn: StandIn): string {
  const chosen = standIn.chosen();
  const people = standIn.people().map(({ id, name, signInName, password }) => {
    const is = id === chosen ? ' class="on"' : '';
    const choice = id === chosen ? 'Logs in without being asked' : button('choose', 'Log in as this person', id);
    return `<div class="person"><span${is}>${escapeHtml(name)} <span class="quiet">${escapeHtml(signInName)}, password <code>${escapeHtml(password)}</code></span></span>${choice}${button('remove', 'Remove', id)}</div>`;
  });
  const now =
    chosen === undefined
      ? '<p>The login page asks who logs in.</p>'
      : `<p>Everybody who comes is logged in as the chosen person.</p>${button('choose', 'Ask on the login page')}`;
  return `${now}${people.join('')}<form class="row" method="post" action="/workbench/add">
<input type="text" name="name" placeholder="Name" aria-label="Name"><input type="email" name="address" placeholder="Address" aria-label="Address" required>
<button>Add person</button></form>${button('end-sessions', 'End all sessions here')}`;
}

function faultsOf(standIn: StandIn, on: readonly string[]): string {
  const groups = switchesOf(standIn.kind).map(([group, switches]) => {
    const boxes = switches.map(({ id, says }) => {
      const isOn = on.includes(id);
      return `<label${isOn ? ' class="on"' : ''}><input type="checkbox" name="on" value="${id}"${isOn ? ' checked' : ''}><span>${escapeHtml(says)}</span></label>`;
    });
    const some = switches.filter(({ id }) => on.includes(id)).length;
    return `<details${some > 0 ? ' open' : ''}><summary>${escapeHtml(group)}${some > 0 ? ` <b>(${some} on)</b>` : ''}</summary>${boxes.join('')}</details>`;
  });
  return `<p>${on.length === 0 ? 'Nothing: it works.' : `${on.length} switched on.`} Documents and keys are kept by whoever read them: save the connection again, or wait, to have them read anew.</p>
<form method="post" action="/workbench/faults">${groups.join('')}<div class="bar"><button>Switch on what is ticked</button></div></form>
<div class="bar">${button('faults', 'Switch all off')}${button('rotate-keys', 'Sign with a new key')}</div>`;
}

function requestsOf({ journal }: StandIn): string {
  const last = journal.slice(-SHOWN_REQUESTS).toReversed().map(decodeExchange);
  if (last.length === 0) return '<p>Nobody has asked yet.</p>';
  const entries = last.map(({ title, asked, answered, tokens }) => {
    const decoded = tokens.map(
      ({ header, claims }) => `<h3>Token</h3><pre>${escapeHtml(JSON.stringify(header, null, 1))}
${escapeHtml(JSON.stringify(claims, null, 1))}</pre>`,
    );
    return `<details><summary><code>${escapeHtml(title)}</code></summary><h3>Asked</h3>${tableOf(asked)}<h3>Answered</h3>${tableOf(answered)}${decoded.join('')}</details>`;
  });
  return `<p class="quiet">The newest first. Reload this page for newer ones.</p>${entries.join('')}${button('forget', 'Forget them')}`;
}
