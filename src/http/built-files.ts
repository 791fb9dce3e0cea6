import { fileURLToPath } from 'node:url';
import { fastifyStatic } from '@fastify/static';
import type { Server } from './server.ts';

/**
 * Serves a folder of built files whose names change with their content (`immutable`) or with a release. Each file has
 * its brotli and gzip forms beside it, made at build (tools/build.ts): the browser gets the smallest it takes.
 */
export async function serveBuiltFiles(
  server: Server,
  options: { folder: URL; prefix: string; immutable: boolean },
): Promise<void> {
  await server.register(fastifyStatic, {
    root: fileURLToPath(options.folder),
    prefix: options.prefix,
    immutable: options.immutable,
    maxAge: options.immutable ? '365d' : '1h',
    index: false,
    preCompressed: true,
    decorateReply: false,
  });
}
