import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request and its answer, as the providers' routes see them. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  method: string;
}

export type Route = (exchange: Exchange) => Promise<void> | void;

/** What a provider answered. */
export interface JournalAnswer {
  status: number;
  location?: string;
  body: string;
}

/** One line of a provider's request journal; what tests ask "what did the service send?". */
export interface JournalEntry {
  method: string;
  path: string;
  query: Record<string, string>;
  /** Form fields, where the provider reads them itself. */
  form?: Record<string, string>;
  headers: Record<string, string>;
  /** Where the journal keeps answers. */
  answer?: JournalAnswer;
}

const MOST_BODY_BYTES = 1024 * 1024;

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MOST_BODY_BYTES) throw new Error('request too large');
  }
  return text;
}

export async function readForm({ request }: Exchange): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(request));
}

/** The body as JSON; `{}` for an empty one. */
export async function readJson({ request }: Exchange): Promise<unknown> {
  const text = await readText(request);
  return text === '' ? {} : JSON.parse(text);
}

export function sendJson({ response }: Exchange, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

export function sendPage({ response }: Exchange, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(page);
}

export function redirectTo({ response }: Exchange, location: string | URL, status = 302): void {
  response.writeHead(status, { location: String(location), 'cache-control': 'no-store' }).end();
}

/** The value of a request's cookie. */
export function cookieOf({ request }: Exchange, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe to stand in a page or an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** The page of the form_post response mode: posts itself on, with a button for browsers without script. */
export function formPostPage(action: string | URL, fields: Iterable<readonly [string, string]>): string {
  const inputs = [...fields].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<!doctype html><title>Working…</title>
<form method="post" action="${escapeHtml(String(action))}">${inputs.join('')}<noscript><button>Continue</button></noscript></form>
<script>document.forms[0].submit()</script>`;
}

export function journalEntry({ request, url, method }: Exchange, form?: URLSearchParams): JournalEntry {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const entry = { method, path: url.pathname, query: Object.fromEntries(url.searchParams) };
  return {
    ...entry,
    headers: Object.fromEntries(headers),
    ...(form === undefined ? {} : { form: Object.fromEntries(form) }),
  };
}

const MOST_KEPT_CHARACTERS = 64 * 1024;

/**
 * Writes a request into the journal, its form and answer as well where they are kept. The body is looked at while
 * somebody else reads it, and the answer while it is written.
 */
export function keepInJournal(exchange: Exchange, journal: JournalEntry[], keepsAnswers: boolean): JournalEntry {
  const entry = journalEntry(exchange);
  journal.push(entry);
  if (!keepsAnswers) return entry;
  const { request, response } = exchange;
  const asked = lookingAt(request, 'emit', (event, chunk) => (event === 'data' ? chunk : undefined));
  const written = lookingAt(response, 'write', (chunk) => chunk);
  const ended = lookingAt(response, 'end', (chunk) => chunk);
  response.once('close', () => {
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      entry.form = Object.fromEntries(new URLSearchParams(asked.join('')));
    const location = response.getHeader('location');
    const body = [...written, ...ended].join('').slice(0, MOST_KEPT_CHARACTERS);
    entry.answer = { status: response.statusCode, body, ...(typeof location === 'string' ? { location } : {}) };
  });
  return entry;
}

/** The pieces of text that pass through a method of a stream, collected while they do. */
function lookingAt<Name extends string>(
  stream: Record<Name, (...words: never[]) => unknown>,
  name: Name,
  pick: (...words: unknown[]) => unknown,
): string[] {
  const pieces: string[] = [];
  const method = stream[name];
  let size = 0;
  const looked = (...words: unknown[]): unknown => {
    const piece = pick(...words);
    if ((typeof piece === 'string' || Buffer.isBuffer(piece)) && size < MOST_KEPT_CHARACTERS) {
      pieces.push(String(piece));
      size += piece.length;
    }
    return Reflect.apply(method, stream, words);
  };
  Object.assign(stream, { [name]: looked });
  return pieces;
}

export interface ListeningServer {
  /** `http://<host>:<port>` */
  origin: string;
  port: number;
  /** Drops every request that is not answered yet. */
  hangUp(): void;
  close(): Promise<void>;
}

/**
 * Listens, on a free port unless one is given. A route that throws answers 500 with the error's text: these servers
 * stand in for somebody else's in demonstrations and tests, where the text helps and harms nobody.
 */
export async function listen(
  route: Route,
  { host, port = 0 }: { host: string; port?: number },
): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? host}`);
    const exchange = { request, response, url, method: request.method ?? 'GET' };
    void (async () => {
      try {
        await route(exchange);
      } catch (error) {
        if (response.headersSent) response.destroy();
        else sendJson(exchange, 500, { error: 'server_error', error_description: String(error) });
      }
    })();
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  return {
    origin: `http://${host}:${chosen}`,
    port: chosen,
    hangUp: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
