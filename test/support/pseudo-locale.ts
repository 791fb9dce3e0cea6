import { expect } from 'vitest';
import type { HTMLElement } from 'node-html-parser';
import { parse } from 'node-html-parser';
import { en } from '../../src/texts/en.ts';
import type { Catalog } from '../../src/texts/catalog.ts';

/**
 * A catalog whose every message stands between ⟦ and ⟧, placeholders kept: whatever a person reads outside of them came
 * from no catalog.
 */
export const PSEUDO = Object.fromEntries(Object.entries(en).map(([key, text]) => [key, pseudo(text)])) as Catalog;

/** One message of a pseudo-locale. */
export function pseudo(text: string): string {
  return `⟦${text}⟧`;
}

const MESSAGE = /⟦[^⟦⟧]*⟧/g;
/** Attributes that are read out or shown. */
const SHOWN = ['alt', 'aria-label', 'placeholder', 'title', 'data-done', 'data-closed', 'data-unsupported'];
/** Of these attributes, what is no text. */
const NO_TEXT = new Set(['true', 'false']);

/**
 * What of a text comes from no catalog, without what is data: addresses, names and ids that the test gave, URLs, dates.
 * @param given what the test typed or made
 */
export function strayText(text: string, given: readonly string[] = []): string {
  let rest = text;
  // Messages stand in messages.
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replaceAll(MESSAGE, ' ');
  }
  rest = rest.replaceAll(/https?:\/\/\S+|\d{1,2} \p{L}{3} \d{4}(?:, \d\d:\d\d)?/gu, ' ');
  for (const one of given.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(one, ' ');
  return /\p{L}/u.test(rest) ? rest.replaceAll(/\s+/g, ' ').trim() : '';
}

/** Every text of a page that is shown or read out and comes from no catalog. `<code>`, `<bdi>` and `<time>` hold data. */
export function strayTexts(body: string, given: readonly string[] = []): string[] {
  const html = parse(body.replace(/^\s*<!doctype[^>]*>/i, '').replaceAll(/<\/?(?:noscript|b|i)>/g, ' '));
  for (const data of html.querySelectorAll('script, style, code, bdi, time, svg text, textarea[aria-hidden]'))
    data.remove();
  const texts = html.querySelectorAll('*').flatMap((element) => [...ownTexts(element), ...shownAttributes(element)]);
  return texts.map((text) => strayText(text, given)).filter((text) => text !== '');
}

/** Fails when a page shows a text that comes from no catalog. */
export function expectFromCatalog(where: string, body: string, given: readonly string[] = []): void {
  expect({ where, stray: strayTexts(body, given) }).toEqual({ where, stray: [] });
}

function ownTexts(element: HTMLElement): string[] {
  return element.childNodes.filter((node) => node.nodeType === 3).map((node) => node.text);
}

function shownAttributes(element: HTMLElement): string[] {
  const pressed = element.tagName === 'INPUT' && ['submit', 'button'].includes(element.getAttribute('type') ?? '');
  return [...SHOWN, ...(pressed ? ['value'] : [])]
    .map((name) => element.getAttribute(name) ?? '')
    .filter((value) => !NO_TEXT.has(value));
}

/** A catalog's message as it arrives, whatever stands in its placeholders; plurals and the like are any text. */
export function patternOf(key: keyof typeof en): RegExp {
  let depth = 0;
  const pattern = en[key].split('').map((character) => {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth > 0) return '';
    return character === '}' ? '.*' : character.replaceAll(/[.*+?^$()|[\]\\/]/g, String.raw`\$&`);
  });
  return new RegExp(`⟦${pattern.join('')}⟧`, 'u');
}
