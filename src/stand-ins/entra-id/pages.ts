import { escapeHtml } from '../small-server.ts';
import type { App, User } from './configuration.ts';

const STYLE = `body{font:15px/1.5 "Segoe UI",sans-serif;background:#e8ecf1;color:#1b1b1b;display:grid;place-items:center;min-height:100vh;margin:0}
main{background:#fff;padding:2.5rem;width:min(26rem,90vw);box-sizing:border-box;box-shadow:0 2px 6px #0003}
input{width:100%;font:inherit;padding:.4rem 0;border:0;border-bottom:1px solid #555;box-sizing:border-box}label{display:block;margin-top:1rem}
button{font:inherit;margin-top:1rem;padding:.4rem 1.5rem;background:#0b5cad;color:#fff;border:0}.quiet{background:#ccc;color:#000}
.tile{display:block;width:100%;text-align:left;background:#fff;color:#000;border:1px solid #ddd}h1{font-size:1.4rem}.error{color:#b3261e}`;

export function layout(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style><main><p>A stand-in, for development only</p>${body}</main></html>`;
}

function form(action: string, body: string): string {
  return `<form method="post" action="${escapeHtml(action)}">${body}</form>`;
}

/** Sign-in name and password. */
export function loginPage(view: { action: string; hint: string; error?: string; people: readonly User[] }): string {
  const people = view.people.map(
    ({ upn, password }) => `<li>${escapeHtml(upn)}, password <code>${escapeHtml(password)}</code>`,
  );
  const fields = `${view.error ? `<p class="error" role="alert">${escapeHtml(view.error)}</p>` : ''}
<label>Email or phone<input name="loginfmt" autocomplete="username" value="${escapeHtml(view.hint)}" autofocus></label>
<label>Password<input name="passwd" type="password" autocomplete="current-password"></label>
<button name="act" value="login">Sign in</button>`;
  const list = people.length > 0 ? `<p>People of this demonstration:</p><ul>${people.join('')}</ul>` : '';
  return layout('Sign in to your account', `<h1>Sign in</h1>${form(view.action, fields)}${list}`);
}

/** Which of the browser's accounts to go on with. */
export function pickerPage(action: string, accounts: readonly User[]): string {
  const tiles = accounts.map(
    ({ upn, name }) =>
      `<button class="tile" name="account" value="${escapeHtml(upn)}">${escapeHtml(name)} (${escapeHtml(upn)})</button>`,
  );
  const other = '<button class="tile" name="account" value="">Use another account</button>';
  return layout('Sign in to your account', `<h1>Pick an account</h1>${form(action, tiles.join('') + other)}`);
}

export function consentPage(action: string, app: App): string {
  const buttons = `<button class="quiet" name="consent" value="no">Cancel</button>
<button name="consent" value="yes">Accept</button>`;
  const text = `<h1>Permissions requested</h1><p>${escapeHtml(app.name)} wants to sign you in and read your profile.</p>`;
  return layout('Permissions requested', text + form(action, buttons));
}

export function adminApprovalPage(action: string, app: App): string {
  const back =
    '<button class="quiet" name="consent" value="admin">Return to the application without granting consent</button>';
  const text = `<h1>Need admin approval</h1><p>AADSTS90094: ${escapeHtml(app.name)} needs permission to access resources in your organization that only an admin can grant.</p>`;
  return layout('Need admin approval', text + form(action, back));
}

export function logoutPage(action: string, accounts: readonly User[]): string {
  const tiles = accounts.map(
    ({ upn }) => `<button class="tile" name="account" value="${escapeHtml(upn)}">${escapeHtml(upn)}</button>`,
  );
  return layout('Sign out', `<h1>Pick an account to sign out of</h1>${form(action, tiles.join(''))}`);
}

/** Logged out: the applications are told in iframes, and then the browser goes back, or stays. */
export function loggedOutPage(frames: readonly string[], back: string | undefined): string {
  const iframes = frames.map((url) => `<iframe hidden src="${escapeHtml(url)}"></iframe>`).join('');
  const onward =
    back === undefined
      ? ''
      : `<a id="back" href="${escapeHtml(back)}">Go back</a>
<script>onload = () => location.replace(document.getElementById('back').href)</script>`;
  return layout(
    'You signed out of your account',
    `<h1>You signed out of your account</h1><p>It’s a good idea to close all windows.</p>${iframes}${onward}`,
  );
}

export function plainPage(title: string, text: string): string {
  return layout(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

/** What an administrator accepts for everybody in a directory. */
export function consentForAllPage(action: string, name: string, error?: string): string {
  const wrong = error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`;
  return layout(
    'Permissions requested',
    `<h1>Permissions requested</h1><p>Review for your organization: ${escapeHtml(name)}</p>${wrong}
<form method="post" action="${escapeHtml(action)}">
<label>Email or phone<input name="loginfmt" autocomplete="username" autofocus></label>
<label>Password<input name="passwd" type="password" autocomplete="current-password"></label>
<button name="act" value="accept">Accept</button><button class="quiet" name="act" value="cancel">Cancel</button></form>`,
  );
}
