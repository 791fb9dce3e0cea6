import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../demo/free-port.ts';
import { createApp } from '../../src/app.ts';
import type { App } from '../../src/app-options.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Clock } from '../../src/base/clock.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import type { SecretBox } from '../../src/base/secret-box.ts';
import { environment, readConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import type { Connector } from '../../src/connectors/connector.ts';
import type { ResolveName } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { createLogger } from '../../src/http/logger.ts';
import type { Catalogs } from '../../src/texts/catalog.ts';
import { countStatementsInto } from './count-statements.ts';
import type { StatementCount } from './count-statements.ts';
import { MASTER_KEY } from './master-key.ts';
import { createTestDatabase } from './start-database.ts';
import type { TestDatabase } from './start-database.ts';

/** A clock that tests may move. It starts at the machine's time and runs with it. */
export interface TestClock extends Clock {
  /** Moves on by whole seconds. */
  advance(seconds: number): void;
}

/** A clock that tests may move. */
export function createTestClock(): TestClock {
  let offset = 0;
  return {
    now: () => new Date(systemClock.now().getTime() + offset),
    advance(seconds) {
      offset += seconds * 1000;
    },
  };
}

/** The whole service, as an operator would start it, on a database of its own. */
export interface TestService extends AsyncDisposable {
  app: App;
  /** Public URL without a slash at its end. */
  url: string;
  /** Where it really listens; differs from `url` behind a TLS proxy. */
  port: number;
  config: Config;
  database: TestDatabase;
  secrets: SecretBox;
  clock: TestClock;
  /** Counts what the requests made within `work` ask of the database. */
  countStatements(work: () => Promise<void>): Promise<StatementCount>;
  close(): Promise<void>;
}

/**
 * Starts the service in this process.
 * @param options.publicUrl behind a TLS proxy: its address; `port` is then where the proxy sends
 */
export async function startService(
  options: {
    settings?: Record<string, string>;
    publicUrl?: string;
    port?: number;
    database?: TestDatabase;
    /** The newest first. */
    masterKeys?: Buffer[];
    /** Where the log goes; nowhere without it. */
    log?: { write(line: string): void };
    connectors?: readonly Connector[];
    /** The DNS of identity providers' names. */
    resolveName?: ResolveName;
    /** Languages beside the product's own. */
    catalogs?: Catalogs;
  } = {},
): Promise<TestService> {
  const port = options.port ?? (await freePort());
  const url = options.publicUrl ?? `http://localhost:${port}`;
  const database = options.database ?? (await createTestDatabase({ started: options.masterKeys === undefined }));
  const masterKeys = options.masterKeys ?? [MASTER_KEY];
  const config = readConfig({
    GATEHOUSE_URL: url,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: database.url,
    // Mails nobody asked about go here.
    GATEHOUSE_DATA: join(tmpdir(), `gatehouse-test-${process.pid}`),
    GATEHOUSE_MASTER_KEY: masterKeys.map((key) => key.toString('base64')).join(','),
    // Hosts of a network have to be typed with a save; these are the operator's word.
    GATEHOUSE_ALLOWED_PROVIDER_HOSTS: '127.0.0.0/8,localhost,127.0.0.1,127.0.0.2,127.0.0.3,127.0.0.4',
    // Nobody answers here: a test that asks DNS brings servers of its own.
    GATEHOUSE_DNS_RESOLVERS: '127.0.0.1:1',
    GATEHOUSE_ARGON2: '8/1/1',
    LOG_LEVEL: 'silent',
    // The suite runs with and without the direct way.
    GATEHOUSE_DIRECT: environment()['GATEHOUSE_DIRECT'] ?? 'on',
    ...options.settings,
  });
  const clock = createTestClock();
  const secrets = createSecretBox(masterKeys);
  const app = await createApp({
    config,
    database: database.open,
    secrets,
    clock,
    log:
      options.log === undefined
        ? createLogger(config.logLevel)
        : createLogger('trace', options.log, config.traces !== undefined),
    connectors: options.connectors ?? [],
    catalogs: options.catalogs ?? {},
    ...(options.resolveName === undefined ? {} : { resolveName: options.resolveName }),
  });
  let count: StatementCount | undefined;
  app.server.server.prependListener('request', () => {
    if (count !== undefined) countStatementsInto(count);
  });
  await app.listen();
  const close = async (): Promise<void> => {
    await app.close();
    if (options.database === undefined) await database.close();
  };
  return {
    app,
    url,
    port,
    config,
    database,
    secrets,
    clock,
    close,
    async countStatements(work) {
      const counted: StatementCount = { statements: 0, commits: 0, texts: [] };
      count = counted;
      try {
        await work();
      } finally {
        count = undefined;
      }
      return counted;
    },
    [Symbol.asyncDispose]: close,
  };
}
