import type { FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { randomSecret } from '../base/random.ts';
import { serveBuiltFiles } from './built-files.ts';
import { pageHeaders } from './headers.ts';
import { html } from './html.ts';
import type { Server } from './server.ts';
import type { Text, Texts } from '../texts/catalog.ts';

/** Placeholder for the nonce in the built page of the console; each response replaces it. */
const NONCE_MARK = '__CSP_NONCE__';

/**
 * Serves the built console under `/console/`: its page for every address (the console finds its way itself), with a
 * fresh nonce and in the language of the request, and its files, whose names change with their content.
 */
export async function mountConsole(server: Server, texts: Texts, folder: URL): Promise<void> {
  const index = new URL('index.html', folder);
  if (!existsSync(index)) {
    server.get('/console', async (_request, reply) => reply.code(503).type('text/plain').send(NOT_BUILT));
    server.get('/console/*', async (_request, reply) => reply.code(503).type('text/plain').send(NOT_BUILT));
    return;
  }
  const page = await readFile(index, 'utf8');
  await serveBuiltFiles(server, {
    folder: new URL('assets/', folder),
    prefix: '/console/assets/',
    immutable: true,
  });
  const sendPage = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const nonce = randomSecret();
    const t = texts.for(request.headers['accept-language']);
    await reply.headers(pageHeaders(nonce)).send(inLanguage(page, t).replaceAll(NONCE_MARK, nonce));
  };
  server.get('/console', sendPage);
  server.get('/console/*', sendPage);
}

/** Fills the marks of `console/index.html`: what stands there before the console's code has arrived. */
function inLanguage(page: string, t: Text): string {
  return page
    .replace('__LANGUAGE__', t.language)
    .replace('__DIRECTION__', t.direction)
    .replace('__TITLE__', html`${t('console.title')}`.markup)
    .replace('__NO_SCRIPT__', html`${t('console.no-script')}`.markup);
}

const NOT_BUILT = 'The console is not built. Build it with: npm run build';
