import { escapeHtml } from '../small-server.ts';
import type { OpenIdConfiguration, Person } from './configuration.ts';

const STYLE = `body{font:16px/1.5 Georgia,serif;background:#f3efe6;color:#2b2118;display:grid;place-items:center;min-height:100vh;margin:0}
main{background:#fff;border-top:6px solid #8a3b12;padding:2rem;width:min(22rem,90vw);box-sizing:border-box}
label{display:block;margin-top:1rem}input{width:100%;font:inherit;padding:.5rem;box-sizing:border-box}
button{font:inherit;margin-top:1rem;padding:.5rem 1rem;background:#8a3b12;color:#fff;border:0}.quiet{background:#fff;color:#8a3b12}
.error{color:#a00}li{margin:.3rem 0}`;

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style><main>${body}</main></html>`;
}

/** The provider's own login page: user name or address, password. */
export function loginPage(
  { name, showsPeople }: Pick<OpenIdConfiguration, 'name' | 'showsPeople'>,
  users: readonly Person[],
  { action, username = '', error }: { action: string; username?: string; error?: string },
): string {
  const people = users.map(
    (user) => `<li>${escapeHtml(user.email)}, password <code>${escapeHtml(user.password)}</code>`,
  );
  return page(
    `Log in at ${name}`,
    `<h1>${escapeHtml(name)}</h1>${error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`}
<form method="post" action="${escapeHtml(action)}">
<label>Email or user name<input name="username" autocomplete="username" value="${escapeHtml(username)}" autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password"></label>
<button name="act" value="login">Log in</button> <button class="quiet" name="act" value="cancel">Cancel</button></form>
${showsPeople ? `<p>People of this demonstration:</p><ul>${people.join('')}</ul>` : ''}`,
  );
}

/** Asks which account to go on with (`prompt=select_account`). */
export function accountPage(name: string, user: Person, action: string): string {
  return page(
    `Choose an account at ${name}`,
    `<h1>${escapeHtml(name)}</h1><form method="post" action="${escapeHtml(action)}">
<button name="act" value="keep">Continue as ${escapeHtml(user.email)}</button>
<button class="quiet" name="act" value="other">Use another account</button></form>`,
  );
}

/** Asks before ending the session; `form` is oidc-provider's own, whose id stands in the button. */
export function logoutPage(name: string, form: string): string {
  return page(
    `Log out of ${name}`,
    `<h1>${escapeHtml(name)}</h1>${form}<p>Do you want to log out of ${escapeHtml(name)}?</p>
<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>
<button class="quiet" type="submit" form="op.logoutForm">Stay</button>`,
  );
}

export function plainPage(name: string, title: string, text: string): string {
  return page(title, `<h1>${escapeHtml(name)}</h1><h2>${escapeHtml(title)}</h2><p>${escapeHtml(text)}</p>`);
}
