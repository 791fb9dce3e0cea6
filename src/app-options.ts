import type { Logger } from 'pino';
import type { Clock } from './base/clock.ts';
import type { SecretBox } from './base/secret-box.ts';
import type { Config } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import type { ResolveName } from './connectors/outgoing/guarded-fetch.ts';
import type { OpenDatabase } from './db/open-database.ts';
import type { Server } from './http/server.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import type { Catalogs } from './texts/catalog.ts';

/** What the process gives: everything that differs between a test and the real thing. */
export interface AppOptions {
  config: Config;
  database: OpenDatabase;
  secrets: SecretBox;
  clock: Clock;
  log: Logger;
  /** Connectors beside the product's own. */
  connectors?: readonly Connector[];
  /** Resolves names of identity providers and applications; the system's resolver without it. */
  resolveName?: ResolveName;
  /** Languages beside the product's own. */
  catalogs?: Catalogs;
}

/** The whole service, built once. */
export interface App extends AsyncDisposable {
  server: Server;
  /** Listens on the configured host and port. */
  listen(): Promise<void>;
  /** The background jobs of this process; they run until it closes. */
  jobs: JobRunner;
  /** Turns unready and goes on serving, so that load balancers move on before {@link App.close}. */
  announceStop(): void;
  /** Drains and stops; the database stays open. */
  close(): Promise<void>;
}
