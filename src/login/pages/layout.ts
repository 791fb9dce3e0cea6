import { html, trusted } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import type { Text } from '../../texts/catalog.ts';

/** What every page needs. */
export interface Shell {
  t: Text;
  /** Addresses of the pages' own files. */
  assets: Assets;
}

export interface Assets {
  styles: string;
  /** What an authenticator in the browser needs; the pages work without. */
  securityKey: string;
  /** Copy and print. */
  conveniences: string;
  /** The mark, for the browser's tab. */
  icon: string;
}

export interface Content {
  title: string;
  body: Html;
  /** More room: recovery codes, a QR code. */
  wide?: boolean;
  /** Scripts of ours, by the names in {@link Assets}. */
  scripts?: readonly ('securityKey' | 'conveniences')[];
}

const MARK = trusted(
  '<svg viewBox="0 0 28 28" fill="none" aria-hidden="true"><path class="mark-gate" d="M4 25V13C4 7.5 8.5 3 14 3s10 4.5 10 10v12" stroke-width="2.6" stroke-linecap="round"/><path class="mark-door" d="M9.5 25V14a4.5 4.5 0 0 1 9 0v11" stroke-width="2.2" stroke-linecap="round"/><path class="mark-gate" d="M2.5 25h23" stroke-width="2.6" stroke-linecap="round"/></svg>',
);

/** One card in the middle: log-in pages. */
export function cardPage(shell: Shell, content: Content): string {
  const { t } = shell;
  return document(
    shell,
    content,
    html`<main>
      <div class="card${content.wide === true ? ' wide' : ''}">
        <p class="brand">${MARK}<span>${t('mail.sender')}</span></p>
        ${content.body}
      </div>
    </main>`,
  );
}

/** A bar above a page: *Your applications*, *Your account*. */
export function barPage(
  shell: Shell,
  content: Content & { links: readonly { href: string; label: string }[] },
): string {
  const { t } = shell;
  return document(
    shell,
    content,
    html`<header class="top">
        <p class="brand">${MARK}<span>${t('mail.sender')}</span></p>
        <nav aria-label="${t('mail.sender')}">
          ${content.links.map((link) => html`<a href="${link.href}">${link.label}</a>`)}
        </nav>
      </header>
      <main class="page">${content.body}</main>`,
  );
}

function document(shell: Shell, content: Content, body: Html): string {
  const { t, assets } = shell;
  return html`<!doctype html>
    <html lang="${t.language}" dir="${t.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${content.title} · ${t('mail.sender')}</title>
        <link rel="stylesheet" href="${assets.styles}" />
        <link rel="icon" href="${assets.icon}" type="image/svg+xml" />
        ${(content.scripts ?? []).map((name) => html`<script src="${assets[name]}" defer></script>`)}
      </head>
      <body>
        ${body}
      </body>
    </html>`.markup;
}
