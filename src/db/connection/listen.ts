import pg from 'pg';
import type { Log } from '../../base/log.ts';

const RECONNECT_MS = 1000;
/** Interval and deadline of the check whether the connection is alive; one that does not answer is replaced. */
const HEARTBEAT_MS = 10_000;

/**
 * A connection that only listens on a channel; after a loss it is made again, and notifications in between are lost.
 * Returns what ends it.
 */
export async function listen(
  options: pg.ClientConfig,
  channel: string,
  heard: (text: string) => void,
  log: Log,
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const begin = async (): Promise<void> => {
    const next = new pg.Client({ ...options, application_name: 'gatehouse-listener', query_timeout: HEARTBEAT_MS });
    client = next;
    next.on('notification', (message) => heard(message.payload ?? ''));
    next.on('error', (error) => again(next, error));
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    beat(next);
  };
  const beat = (own: pg.Client): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      own.query('select 1').then(
        () => beat(own),
        (error: Error) => again(own, error),
      );
    }, HEARTBEAT_MS);
    timer.unref();
  };
  const again = (own: pg.Client | undefined, error: Error): void => {
    if (stopped || own !== client) return;
    log.warn({ err: error, channel }, 'the listening database connection was lost');
    client = undefined;
    if (own !== undefined) cut(own);
    clearTimeout(timer);
    timer = setTimeout(() => {
      begin().catch((cause: Error) => again(client, cause));
    }, RECONNECT_MS);
  };
  await begin();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => {});
  };
}

/** Without a farewell, for the link may be silent. */
function cut(client: pg.Client): void {
  client.on('error', () => {});
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
