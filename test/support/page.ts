import { parse, type HTMLElement } from 'node-html-parser';

/** One request and its answer on the way to a page. */
export interface Hop {
  method: string;
  url: URL;
  status: number;
  location: string | undefined;
}

/** A form as it stands on a page, ready to be filled. */
export interface Form {
  action: URL;
  method: 'GET' | 'POST';
  fields: [name: string, value: string][];
  /** Names a person can fill: text fields, choices, selections. */
  fillable: Set<string>;
  element: HTMLElement;
}

/** An answer a person looks at. */
export interface Page {
  url: URL;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  html: HTMLElement;
  /** What a person reads: no markup, white space folded. */
  text: string;
  title: string;
  /** Every request since the person's last act, the one of this page last. */
  hops: Hop[];
  /** Where the next redirect would have led, if the browser was told to stop before it. */
  stoppedAt: URL | undefined;
}

/** The parts of an answer that make a page. */
export interface Answer extends Omit<Page, 'html' | 'text' | 'title'> {}

/** Reads an answer's markup once. */
export function readPage(answer: Answer): Page {
  const html = parse(answer.body.replace(/^\s*<!doctype[^>]*>/i, ''));
  const title = html.querySelector('title')?.text.trim() ?? '';
  for (const hidden of html.querySelectorAll('title, script, style, template')) hidden.remove();
  const text = (html.querySelector('body') ?? html).textContent.replace(/\s+/g, ' ').trim();
  return { ...answer, html, text, title };
}

/** A header of the answer as one string. */
export function headerOf(page: Page, name: string): string | undefined {
  const value = page.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Whether the page posts itself on by script, as the form_post response mode does. */
export function postsItself(page: Page): boolean {
  return /\.submit\(\)/.test(page.body) && page.html.querySelectorAll('form').length === 1;
}

/** The link with this text; relative addresses are resolved. */
export function linkOf(page: Page, text: string): URL {
  const found = page.html.querySelectorAll('a[href]').find((link) => textOf(link) === text);
  if (found === undefined) throw new Error(`no link "${text}" on ${page.url.href}: ${page.text.slice(0, 400)}`);
  return new URL(found.getAttribute('href') ?? '', page.url);
}

/** All addresses the page links to. */
export function linksOf(page: Page): URL[] {
  const links = page.html.querySelectorAll('a[href]');
  return links.map((link) => new URL(link.getAttribute('href') ?? '', page.url));
}

/**
 * The form that a selector, or else the text of one of its buttons, or else its being the only one, points out.
 * The pressed button's own name, value, `formaction` and `formmethod` take part.
 */
export function formOf(page: Page, which: { form?: string; button?: string } = {}): Form {
  const forms = which.form === undefined ? page.html.querySelectorAll('form') : page.html.querySelectorAll(which.form);
  const named =
    which.button === undefined ? forms : forms.filter((form) => buttonOf(page, form, which.button) !== undefined);
  const [element, second] = named;
  if (element === undefined || (second !== undefined && which.form === undefined && which.button === undefined)) {
    const wanted = JSON.stringify(which);
    throw new Error(
      `${named.length} forms fit ${wanted} on ${page.url.href} (${page.status}): ${page.text.slice(0, 400)}`,
    );
  }
  const button = buttonOf(page, element, which.button);
  const action = button?.getAttribute('formaction') ?? element.getAttribute('action') ?? '';
  const method = button?.getAttribute('formmethod') ?? element.getAttribute('method') ?? 'get';
  const form: Form = {
    action: new URL(action === '' ? page.url.href : action, page.url),
    method: method.toLowerCase() === 'post' ? 'POST' : 'GET',
    fields: [],
    fillable: new Set(),
    element,
  };
  for (const field of elementsOf(page, element, 'input[name], select[name], textarea[name]')) addField(form, field);
  const buttonName = button?.getAttribute('name');
  if (button && buttonName) form.fields.push([buttonName, button.getAttribute('value') ?? '']);
  return form;
}

/** The form's fields with a person's entries in place; a list stands for several ticked boxes. */
export function fillForm(form: Form, entries: Record<string, string | string[]>): URLSearchParams {
  const filled = new URLSearchParams();
  for (const [name, value] of form.fields) if (!(name in entries)) filled.append(name, value);
  for (const [name, entry] of Object.entries(entries)) {
    if (!form.fillable.has(name)) throw new Error(`the form at ${form.action.href} has no field "${name}"`);
    for (const value of Array.isArray(entry) ? entry : [entry]) filled.append(name, value);
  }
  return filled;
}

/** What belongs to a form: what stands in it, and what names it by its id from elsewhere on the page. */
function elementsOf(page: Page, form: HTMLElement, selector: string): HTMLElement[] {
  const inside = form.querySelectorAll(selector).filter((element) => !element.hasAttribute('form'));
  const id = form.getAttribute('id');
  const named = page.html.querySelectorAll(selector).filter((element) => element.hasAttribute('form'));
  return [...inside, ...named.filter((element) => element.getAttribute('form') === id)];
}

function addField(form: Form, field: HTMLElement): void {
  const name = field.getAttribute('name') ?? '';
  const type = (field.getAttribute('type') ?? 'text').toLowerCase();
  if (field.hasAttribute('disabled') || ['submit', 'button', 'image', 'reset'].includes(type)) return;
  form.fillable.add(name);
  if (field.tagName === 'TEXTAREA') form.fields.push([name, field.text]);
  else if (field.tagName === 'SELECT') {
    const options = field.querySelectorAll('option');
    const chosen = options.find((option) => option.hasAttribute('selected')) ?? options[0];
    if (chosen) form.fields.push([name, chosen.getAttribute('value') ?? chosen.text]);
  } else if (type !== 'checkbox' && type !== 'radio') form.fields.push([name, field.getAttribute('value') ?? '']);
  else if (field.hasAttribute('checked')) form.fields.push([name, field.getAttribute('value') ?? 'on']);
}

/** The named button; without a name the first one, which the Enter key presses. */
function buttonOf(page: Page, form: HTMLElement, text: string | undefined): HTMLElement | undefined {
  const isButton = (element: HTMLElement): boolean => {
    const type = element.getAttribute('type')?.toLowerCase();
    return element.tagName === 'BUTTON' ? type === undefined || type === 'submit' : type === 'submit';
  };
  const buttons = elementsOf(page, form, 'button, input').filter(isButton);
  if (text === undefined) return buttons[0];
  return buttons.find((button) => textOf(button) === text || button.getAttribute('value') === text);
}

function textOf(element: HTMLElement): string {
  return element.textContent.replace(/\s+/g, ' ').trim();
}
