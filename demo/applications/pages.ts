import { html, type Html } from '../../src/http/html.ts';
import { page } from '../look/page.ts';
import type { Configuration } from './configuration.ts';
import type { Session } from './sessions.ts';

interface Around {
  config: Configuration;
  session: Session | undefined;
  /** Path of the page shown. */
  path: string;
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  email: 'Email address',
  email_verified: 'Address is proven',
  org_name: 'Organization',
  org_id: 'Organization in scope',
  home_org_id: 'Home organization',
  roles: 'Roles in this application',
  amr: 'Proved with',
  acr: 'Level',
  auth_time: 'Proved at',
  sid: 'Session',
  sub: 'User',
};

function around({ config, session, path }: Around, title: string, body: Html): Html {
  const { name, work, other } = config;
  const end =
    session === undefined
      ? html`<a class="btn sm" href="/login">Log In</a>`
      : html`<span class="soft">${nameOf(session)}</span>
<form method="post" action="/logout"><button class="btn ghost sm">Log Out</button></form>`;
  return page({
    title: `${title} · ${name}`,
    name,
    nav: [
      { label: 'Home', href: '/', current: path === '/' },
      { label: work.title, href: '/work', current: path === '/work' },
      ...(other === undefined ? [] : [{ label: other.name, href: other.url, current: false }]),
    ],
    end,
    body,
  });
}

/** `/`: who is logged in, as the ID token says it; or that nobody is. */
export function homePage(view: Around & { endedElsewhere: boolean }): Html {
  const { config, session } = view;
  if (session === undefined) {
    const notice = html`<p class="notice" role="status">Your login has ended elsewhere: log in again to go on.</p>`;
    return around(
      view,
      'Home',
      html`<div class="head"><h1>${config.name}</h1><p class="soft">${config.description}</p></div>
${view.endedElsewhere ? notice : null}
<section class="card"><h2>You are not logged in</h2>
<p class="soft">${config.name} keeps no passwords. Your organization decides how you log in.</p>
<a class="btn" href="/login">Log In</a></section>`,
    );
  }
  const rows = claimsOf(session).map(
    ([claim, value]) =>
      html`<dt>${LABELS[claim] ?? claim}${LABELS[claim] === undefined ? null : html`<code>${claim}</code>`}</dt><dd>${value}</dd>`,
  );
  return around(
    view,
    'Home',
    html`<div class="head"><h1>Hello ${nameOf(session)}</h1><p class="soft">${config.description}</p></div>
<section class="card"><h2>What ${config.name} knows about you</h2><dl>${rows}</dl></section>`,
  );
}

/** `/work`: what one comes here for. */
export function workPage(view: Around): Html {
  const { title, columns, rows } = view.config.work;
  return around(
    view,
    title,
    html`<h1>${title}</h1><section class="card flush"><table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></section>`,
  );
}

export function loggedOutPage(view: Around): Html {
  return around(
    view,
    'Logged out',
    html`<section class="card"><h1>You are logged out</h1>
<p class="soft">Other applications you reached with the same login have been told.</p><a class="btn" href="/login">Log In</a></section>`,
  );
}

/** A login that came to nothing, with what the provider or the library says about it. */
export function failedPage(view: Around & { reason: string }): Html {
  return around(
    view,
    'Not logged in',
    html`<section class="card"><h1>You are not logged in</h1><p class="notice bad" role="alert">${view.reason}</p>
<a class="btn" href="/login">Log In</a></section>`,
  );
}

function nameOf({ claims, sub }: Session): string {
  const { name, email } = claims;
  return typeof name === 'string' ? name : typeof email === 'string' ? email : sub;
}

/** Known claims in the order of their labels, then the others; those about the token itself are left out. */
function claimsOf({ claims }: Session): [claim: string, value: string][] {
  const technical = new Set(['iss', 'aud', 'iat', 'exp', 'nonce', 'at_hash', 'azp', 'rat']);
  const names = [...new Set([...Object.keys(LABELS), ...Object.keys(claims)])];
  return names
    .filter((claim) => claims[claim] !== undefined && !technical.has(claim))
    .map((claim) => [claim, readable(claim, claims[claim])]);
}

function readable(claim: string, value: unknown): string {
  if (claim === 'auth_time' && typeof value === 'number') return new Date(value * 1000).toUTCString();
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
