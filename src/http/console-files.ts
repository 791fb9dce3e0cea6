import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { randomSecret } from '../base/random.ts';
import { serveBuiltFiles } from './built-files.ts';
import { pageHeaders } from './headers.ts';
import type { Server } from './server.ts';

/** Placeholder for the nonce in the built page of the console; each response replaces it. */
const NONCE_MARK = '__CSP_NONCE__';

/**
 * Serves the built console under `/console/`: its page for every address (the console finds its way itself), with a
 * fresh nonce each time, and its files, whose names change with their content.
 */
export async function mountConsole(server: Server, folder: URL): Promise<void> {
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
  const sendPage = async (
    _request: unknown,
    reply: { headers(values: Record<string, string>): { send(body: string): unknown } },
  ) => {
    const nonce = randomSecret();
    return reply.headers(pageHeaders(nonce)).send(page.replaceAll(NONCE_MARK, nonce));
  };
  server.get('/console', sendPage);
  server.get('/console/*', sendPage);
}

const NOT_BUILT = 'The console is not built. Build it with: npm run build';
