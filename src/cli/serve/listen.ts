import { once } from 'node:events';
import { createServer } from 'node:net';
import { AppError } from '../../base/errors.ts';
import type { Config } from '../../config.ts';
import type { Text } from '../../texts/catalog.ts';

/** Runs `listen`, which binds the configured address. Throws `service.address` with what to do when that is not possible. */
export async function listenOrExplain({ host, port }: Config, t: Text, listen: () => Promise<void>): Promise<void> {
  try {
    await listen();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const values = { host, port: String(port) };
    if (code === 'EADDRINUSE') throw refused(t('cli.listen.in-use', values), cause);
    if (code === 'EACCES') throw refused(t('cli.listen.denied', values), cause);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw refused(t('cli.listen.not-here', values), cause);
    throw cause;
  }
}

/** Tries to listen on the configured address and closes again: for a process whose workers will listen there. */
export async function tryListening({ host, port }: Config): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

function refused(detail: string, cause: unknown): AppError {
  return new AppError('service.address', { detail, cause });
}
