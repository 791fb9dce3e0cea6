import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import type { Text } from '../../texts/catalog.ts';

/** What went wrong with a form: for the page as a whole, or for one field. */
export interface Problem {
  text: string;
  field?: string;
  /** What was typed, to be kept; never a password. */
  value?: string;
  /** As `value`, of the other fields. */
  typed?: Readonly<Record<string, string>>;
}

export interface Field {
  name: string;
  label: string;
  type?: 'text' | 'email' | 'password' | 'date';
  value?: string | undefined;
  autocomplete?: string;
  inputmode?: 'numeric' | 'email' | 'text';
  help?: string;
  /** Beside the label. */
  aside?: Html;
  code?: boolean;
  maxlength?: number;
  /** May be left empty. */
  optional?: boolean;
}

/**
 * A labelled field. With a problem of its own it says so below and to screen readers, and takes the focus; else the
 * first field of a page does.
 */
export function field(input: Field, problem: Problem | undefined, focus = false): Html {
  const { name, type = 'text' } = input;
  const wrong = problem?.field === name ? problem.text : undefined;
  const described = [
    ...(wrong === undefined ? [] : [`${name}-wrong`]),
    ...(input.help === undefined ? [] : [`${name}-help`]),
  ];
  const label = html`<label for="${name}">${input.label}</label>`;
  return html`<div class="field">
    ${input.aside === undefined ? label : html`<div class="label-row">${label}${input.aside}</div>`}
    <input id="${name}" name="${name}" type="${type}" value="${input.value ?? ''}"
      ${input.optional !== true && html` required`}
      ${input.code === true && html` class="code"`}
      ${input.maxlength !== undefined && html` maxlength="${input.maxlength}"`}
      ${input.autocomplete !== undefined && html` autocomplete="${input.autocomplete}"`}
      ${input.inputmode !== undefined && html` inputmode="${input.inputmode}"`}
      ${(type === 'email' || input.code === true) && html` spellcheck="false" autocapitalize="none"`}
      ${wrong !== undefined && html` aria-invalid="true"`}
      ${described.length > 0 && html` aria-describedby="${described.join(' ')}"`}
      ${(focus || wrong !== undefined) && html` autofocus`} />
    ${wrong !== undefined && html`<p class="wrong" id="${name}-wrong">${wrong}</p>`}
    ${input.help !== undefined && html`<p class="help" id="${name}-help">${input.help}</p>`}
  </div>`;
}

/** What is wrong with a form as a whole, above it; takes the focus. A problem of one field stands at the field. */
export function summary(problem: Problem | undefined): Html | false {
  if (problem === undefined || problem.field !== undefined) return false;
  return html`<div class="summary" role="alert" tabindex="-1" autofocus>${problem.text}</div>`;
}

/** A form that posts; `inner` holds its fields. */
export function form(action: string, inner: Html): Html {
  return html`<form method="post" action="${action}" class="fields">${inner}</form>`;
}

/** A form of one button that looks like a link. */
export function linkForm(action: string, label: string, fields: Record<string, string> = {}): Html {
  return html`<form method="post" action="${action}">
    ${hidden(fields)}<button class="linklike" type="submit">${label}</button>
  </form>`;
}

export function hidden(fields: Record<string, string>): Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

/**
 * The user name beside a password, for password managers: they store and find a password under the field before it with
 * this `autocomplete` (WHATWG HTML, autofill field `username`). Not shown: the page names the address elsewhere.
 */
export function userName(email: string): Html {
  return html`<input class="unseen" type="text" name="email" value="${email}" autocomplete="username" readonly
    tabindex="-1" aria-hidden="true" />`;
}

export function submit(label: string): Html {
  return html`<button class="btn full" type="submit">${label}</button>`;
}

/** A heading and a sentence below it. */
export function heading(title: string, lead?: string | false): Html {
  return html`<h1>${title}</h1>
    ${lead !== undefined && lead !== false && html`<p class="soft">${lead}</p>`}`;
}

/** The address of a login, with a link to enter another one. */
export function who(t: Text, email: string, changeAction: string): Html {
  return html`<div class="who"><bdi dir="ltr">${email}</bdi>${linkForm(changeAction, t('login.change'))}</div>`;
}

const ICONS = {
  phone: '<rect x="7" y="2" width="10" height="20" rx="2"/><path d="M11 18h2"/>',
  key: '<circle cx="8" cy="12" r="4"/><path d="M12 12h9M18 12v4"/>',
  organization: '<path d="M4 21V5l8-3v19M12 9l8 2v10M2 21h20M8 8v.01M8 12v.01M8 16v.01M16 14v.01M16 17v.01"/>',
} as const;

/** A card to choose, with a symbol, a name and a line below. */
export function choice(input: {
  name: string;
  value: string;
  title: string;
  note?: string;
  icon: keyof typeof ICONS;
  id?: string;
}): Html {
  const icon = { markup: `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[input.icon]}</svg>` };
  return html`<button class="choice" type="submit" name="${input.name}" value="${input.value}">
    <span class="icon">${icon}</span>
    <span class="text">
      <span class="name">${input.title}</span>${input.note !== undefined && html`<span class="note">${input.note}</span>`}
    </span>
    <span class="go" aria-hidden="true">›</span>
  </button>`;
}
