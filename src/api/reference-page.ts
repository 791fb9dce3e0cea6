import { existsSync } from 'node:fs';
import { randomSecret } from '../base/random.ts';
import { serveBuiltFiles } from '../http/built-files.ts';
import { pageHeaders } from '../http/headers.ts';
import { html, trusted } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import type { Server } from '../http/server.ts';

/** The library's settings: nothing is loaded from or sent to anybody else, no try-it client, no foreign fonts. */
const SETTINGS = {
  url: '/api/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  hideTestRequestButton: true,
  showDeveloperTools: 'never',
  documentDownloadType: 'json',
};

/** GET /api/docs: the OpenAPI document as a page that people read. Its code is built into `folder`. */
export async function mountReference(server: Server, folder: URL, title: string): Promise<void> {
  if (!existsSync(folder)) {
    server.get('/api/docs', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The API reference is not built. Build it with: npm run build'),
    );
    return;
  }
  await serveBuiltFiles(server, { folder, prefix: '/api/docs/assets/', immutable: false });
  server.get('/api/docs', async (_request, reply) => {
    const nonce = randomSecret();
    return reply.headers(pageHeaders(nonce, { inlineStyles: true })).send(referencePage(title, nonce).markup);
  });
}

function referencePage(title: string, nonce: string): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
  </head>
  <body>
    <div id="reference"></div>
    <noscript>This page needs JavaScript. The same as a document: <a href="/api/openapi.json">/api/openapi.json</a></noscript>
    <script src="/api/docs/assets/scalar.js" nonce="${nonce}"></script>
    <script nonce="${nonce}">Scalar.createApiReference('#reference', ${trusted(JSON.stringify(SETTINGS))})</script>
  </body>
</html>`;
}
