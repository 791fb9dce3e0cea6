import { join } from 'node:path';
import type { Logger } from 'pino';
import { effectsOf } from './api/handlers/configure-deps.ts';
import { mountApi } from './api/routes.ts';
import { backgroundJobs } from './background-jobs.ts';
import type { Clock } from './base/clock.ts';
import type { SecretBox } from './base/secret-box.ts';
import { findByClientId } from './applications/find-application.ts';
import type { Config } from './config.ts';
import { createJobRunner } from './jobs/job-runner.ts';
import { createConnectors } from './connectors/create-connectors.ts';
import { createGuardedFetch } from './connectors/outgoing/guarded-fetch.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { keepPartitions } from './db/partitions.ts';
import { createReadiness } from './db/readiness.ts';
import type { OpenDatabase } from './db/open-database.ts';
import { createFolderMailer } from './mail/folder-mailer.ts';
import { startMailTicker } from './mail/send-due-mail.ts';
import { createSmtpMailer } from './mail/smtp-mailer.ts';
import { VERSION } from './base/version.ts';
import { mountConsole } from './http/console-files.ts';
import { createServer } from './http/server.ts';
import type { Server } from './http/server.ts';
import { AppError } from './base/errors.ts';
import { createAdapter } from './oidc/storage/adapter.ts';
import { apiResource, CONSOLE_CLIENT, createClientCache } from './oidc/clients.ts';
import { createTellApplications, watchLogouts } from './oidc/logout.ts';
import { createPasswordHasher } from './authenticators/password.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { readLoginAssets } from './login/assets/login-assets.ts';
import type { LoginDeps } from './login/login-deps.ts';
import { mountCallback } from './login/connection/callback-routes.ts';
import { mountLogin } from './login/routes.ts';
import type { Shell } from './login/pages/layout.ts';
import { expiredPage, faultPage, loggedOutPage, logoutPage, requestErrorPage } from './login/pages/message-pages.ts';
import { mountProvider } from './oidc/mount.ts';
import { recordEntries } from './oidc/record-entries.ts';
import { recordRefusedRequests } from './oidc/record-refused-requests.ts';
import { createProvider } from './oidc/provider.ts';
import { loadSigningKeys } from './oidc/signing-keys.ts';
import { createText } from './texts/catalog.ts';

/** What the process gives: everything that differs between a test and the real thing. */
export interface AppOptions {
  config: Config;
  database: OpenDatabase;
  secrets: SecretBox;
  clock: Clock;
  log: Logger;
}

/** The whole service, built once. */
export interface App extends AsyncDisposable {
  server: Server;
  /** Listens on the configured host and port. */
  listen(): Promise<void>;
  /** Turns unready and goes on serving, so that load balancers move on before {@link App.close}. */
  announceStop(): void;
  /** Drains and stops; the database stays open. */
  close(): Promise<void>;
}

/** Applications are told of a logout within this time or not at all. */
const TELL_WITHIN_MS = 1000;

/** What is built beside the server, seen from the source and from `dist/server`. */
const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url);

/** Builds every part once and joins the doors: the only place that knows them all. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, database, secrets, clock, log } = options;
  const { db } = database;
  const { publicUrl } = config;
  const https = publicUrl.protocol === 'https:';
  const t = createText('en', config.productName);
  const rateLimit = createRateLimit(database.pool, secrets);
  const passwords = createPasswordHasher(config.argon2);
  const assets = await readLoginAssets();
  const shell: Shell = { t, assets: assets.addresses };
  const guardedFetch = createGuardedFetch({ allowedHosts: config.allowedProviderHosts });

  // Before the first request: without today's partitions nothing can be stored.
  await keepPartitions({ db, clock }, DAILY_TABLES);

  const { server, announceStop } = await createServer({
    publicUrl,
    trustedProxies: config.trustedProxies,
    log,
    t,
    checkReady: createReadiness({ db, clock }),
  });

  const provider = createProvider({
    db,
    clock,
    publicUrl,
    adapter: createAdapter({
      db,
      findClient: createClientCache({ clock, findApplication: async (clientId) => findByClientId({ db }, clientId) }),
    }),
    keys: await loadSigningKeys({ db, clock, secrets }),
    cookieKeys: secrets.deriveKeys('cookies', 32),
    fetch: async (url, init) =>
      guardedFetch(url instanceof Request ? url.url : url, { ...init } as Parameters<typeof guardedFetch>[1], {
        deadlineMs: TELL_WITHIN_MS,
      }),
    pages: {
      error: (error) => requestErrorPage(shell, error),
      logout: (logout) => logoutPage(shell, logout),
      loggedOut: (after) => loggedOutPage(shell, after),
    },
  });
  recordEntries(provider);
  recordRefusedRequests(provider, clock);
  watchLogouts({ provider, db, clock, log, https });
  await mountProvider(server, {
    provider,
    db,
    clock,
    log,
    publicUrl,
    expiredPage: () => expiredPage(shell),
    faultPage: (reference) => faultPage(shell, new AppError('database.unavailable'), reference),
  });

  const tellApplications = createTellApplications({ provider, db, clock, log, https });
  const connectors = createConnectors({ fetch: guardedFetch, clock });
  const federation = {
    db,
    clock,
    log,
    secrets,
    rateLimit,
    shell,
    t,
    publicUrl,
    connectors,
    effects: effectsOf({ clock }),
  };
  const loginDeps: LoginDeps = { ...federation, passwords, productName: config.productName, tellApplications };
  mountLogin(server, loginDeps, assets.files);
  await mountCallback(server, federation);
  await mountApi(server, {
    db,
    clock,
    secrets,
    t,
    config,
    version: VERSION,
    fetch: guardedFetch,
    rateLimit,
    tellApplications,
    referenceFolder: new URL('api-reference/', BUILT),
    consoleTokens: { clientId: CONSOLE_CLIENT, audience: apiResource(publicUrl) },
  });
  await mountConsole(server, new URL('console/', BUILT));
  const mailer =
    config.smtpUrl === undefined
      ? createFolderMailer({ folder: join(config.dataFolder, 'mail'), from: config.mailFrom })
      : createSmtpMailer({ url: config.smtpUrl, from: config.mailFrom });
  const mailTicker = startMailTicker({ db, clock, secrets, mailer, log, listen: database.listen });

  const jobs = createJobRunner(
    { db, clock, secrets, log, listen: database.listen },
    backgroundJobs({ db, clock, log, rateLimit, tellApplications }),
  );
  await jobs.start();

  const close = async (): Promise<void> => {
    await server.close();
    await jobs.stop();
    await mailTicker[Symbol.asyncDispose]();
    await mailer[Symbol.asyncDispose]();
    await guardedFetch.close();
  };
  return {
    server,
    async listen() {
      await server.listen({ host: config.host, port: config.port });
    },
    announceStop,
    close,
    [Symbol.asyncDispose]: close,
  };
}
