import { once } from 'node:events';
import { createServer } from 'node:net';
import { AppError } from '../../base/errors.ts';
import type { Config } from '../../config.ts';
import type { Text } from '../../texts/catalog.ts';

/** Runs `listen`, which binds the configured address. Throws `service.address` with what to do when that is not possible. */
export async function listenOrExplain(
  { host, port, metricsPort }: Config,
  t: Text,
  listen: () => Promise<void>,
): Promise<void> {
  try {
    await listen();
  } catch (cause) {
    const { code, ...at } = cause as NodeJS.ErrnoException & { address?: string; port?: number };
    const isMetrics = metricsPort !== undefined && at.port === metricsPort;
    const values = {
      host: at.address ?? host,
      port: String(at.port ?? port),
      portSetting: isMetrics ? 'GATEHOUSE_METRICS_PORT' : 'PORT',
      hostSetting: isMetrics ? 'GATEHOUSE_METRICS_HOST' : 'HOST',
    };
    if (code === 'EADDRINUSE') throw refused(t('cli.listen.in-use', values), cause);
    if (code === 'EACCES') throw refused(t('cli.listen.denied', values), cause);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw refused(t('cli.listen.not-here', values), cause);
    throw cause;
  }
}

/** Tries to listen on the configured addresses and closes again: for a process whose workers will listen there. */
export async function tryListening({ host, port, metricsHost, metricsPort }: Config): Promise<void> {
  for (const address of [
    { host, port },
    ...(metricsPort === undefined ? [] : [{ host: metricsHost, port: metricsPort }]),
  ]) {
    const server = createServer().listen(address);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  }
}

function refused(detail: string, cause: unknown): AppError {
  return new AppError('service.address', { detail, cause });
}
