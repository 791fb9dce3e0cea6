import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html, type Html, trusted } from '../../src/http/html.ts';
import type { Exchange } from '../../src/stand-ins/small-server.ts';

/** What the demonstration's own pages have in common: the look of the house. */
export interface PageParts {
  /** Of the browser's tab. */
  title: string;
  /** Of the program, beside the mark. */
  name: string;
  nav?: readonly { label: string; href: string; current: boolean }[];
  /** Right end of the bar. */
  end?: Html;
  wide?: boolean;
  /** An address whose text changes when the page should be shown anew; without script one asks again oneself. */
  watch?: string;
  body: Html;
}

const MARK = trusted(
  `<svg class="mark" width="26" height="26" viewBox="0 0 28 28" aria-hidden="true"><path class="outer" d="M4 25V13C4 7.5 8.5 3 14 3s10 4.5 10 10v12M2.5 25h23"/><path class="inner" d="M9.5 25V14a4.5 4.5 0 0 1 9 0v11"/></svg>`,
);

const LOOK = readFileSync(new URL('look.css', import.meta.url));
const WATCH = readFileSync(new URL('watch.js', import.meta.url));
const INTER = readFileSync(
  createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
);

/** A whole page. */
export function page({ title, name, nav = [], end, wide = false, watch, body }: PageParts): Html {
  const links = nav.map(
    ({ label, href, current }) => html`<a href="${href}" ${trusted(current ? 'aria-current="page"' : '')}>${label}</a>`,
  );
  return html`<!doctype html>
<html lang="en"${watch === undefined ? null : html` data-watch="${watch}"`}>
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${watch === undefined ? null : html`<script src="/watch.js" defer></script>`}
<title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/look.css">
</head>
<body>
<header class="bar"><a class="name" href="/">${MARK}${name}</a>${nav.length === 0 ? null : html`<nav>${links}</nav>`}
${end === undefined ? null : html`<div class="end">${end}</div>`}</header>
<main${trusted(wide ? ' class="wide"' : '')}>${body}</main>
</body>
</html>`;
}

/** Sends a page that may show and frame only what is its own. Without `form-action`: Log Out leads elsewhere. */
export function send({ response }: Exchange, status: number, { markup }: Html): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  });
  response.end(markup);
}

/** Sends a text for a page to watch. */
export function sendText({ response }: Exchange, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(text);
}

/** Answers for stylesheet, script and typeface; false for any other address. */
export function sendLook({ url, response }: Exchange): boolean {
  const found = {
    '/look.css': ['text/css', LOOK],
    '/watch.js': ['text/javascript', WATCH],
    '/inter.woff2': ['font/woff2', INTER],
  }[url.pathname];
  if (found === undefined) return false;
  const [type, content] = found as [string, Buffer];
  response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=3600' }).end(content);
  return true;
}
