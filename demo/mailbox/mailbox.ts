/**
 * Everybody's mailbox, in a process of its own: a mail server that accepts all, and a page that shows what came.
 *
 *   node demo/mailbox/mailbox.ts '{"port": 4002, "smtpPort": 4003}'
 *
 * Prints one JSON line when ready, with `smtp`, the address for SMTP_URL.
 */
import { z } from 'zod';
import { page, send, sendLook, sendText } from '../look/page.ts';
import { html } from '../../src/http/html.ts';
import { announce, readConfig } from '../providers/process-edge.ts';
import { type Exchange, listen } from '../../src/stand-ins/small-server.ts';
import { mailboxPage } from './pages.ts';
import { receiveMail } from './received-mail.ts';

const config = readConfig(
  z.object({ host: z.string().default('127.0.0.1'), port: z.int().default(0), smtpPort: z.int().default(0) }),
);
const { mails, url: smtp } = await receiveMail({ host: config.host, port: config.smtpPort });
const server = await listen(route, config);
announce({ origin: server.origin, url: server.origin, smtp });

function route(exchange: Exchange): void {
  if (sendLook(exchange)) return;
  const { pathname } = exchange.url;
  if (pathname === '/') return send(exchange, 200, mailboxPage(mails));
  if (pathname === '/newest') return sendText(exchange, String(mails[0]?.number ?? 0));
  const [, number, part] = /^\/mails\/(\d+)(\/html)?$/.exec(pathname) ?? [];
  const mail = mails.find((candidate) => candidate.number === Number(number));
  if (mail === undefined) {
    const body = html`<section class="card"><h1>No such mail</h1><a class="btn" href="/">All mails</a></section>`;
    return send(exchange, 404, page({ title: 'No such mail', name: 'Mailbox', body }));
  }
  if (part === undefined) return send(exchange, 200, mailboxPage(mails, mail));
  sendPart(exchange, mail.html ?? '');
}

/** A mail's own markup: it may show itself and open links in a new tab; it runs nothing and fetches nothing. */
function sendPart({ response }: Exchange, markup: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
  });
  response.end(`<base target="_blank">${markup}`);
}
