import type { Logger } from 'pino';
import { mountApi } from './api/routes.ts';
import { createDocumentReader } from './applications/unregistered/read-document.ts';
import { withOrigin } from './audit/origin.ts';
import { backgroundJobs } from './background-jobs.ts';
import type { Clock } from './base/clock.ts';
import type { SecretBox } from './base/secret-box.ts';
import type { Config } from './config.ts';
import { createJobRunner } from './jobs/job-runner.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import { addKeptKeys } from './keys/kept-keys.ts';
import type { Connector } from './connectors/connector.ts';
import { createConnectors } from './connectors/create-connectors.ts';
import { createGuardedFetch, type ResolveName } from './connectors/outgoing/guarded-fetch.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { createAskDns } from './domains/dns/ask-dns.ts';
import { keepPartitions } from './db/partitions.ts';
import { createReadiness } from './db/readiness.ts';
import type { OpenDatabase } from './db/open-database.ts';
import { isAdministratingToken } from './callers/manage-api-tokens.ts';
import { createMailer } from './mail/create-mailer.ts';
import { mailHandlers, retryMailNow } from './mail/send-mail.ts';
import { VERSION } from './base/version.ts';
import { mountConsole } from './http/console-files.ts';
import { createServer, type Server } from './http/server.ts';
import { apiResource, CONSOLE_CLIENT } from './oidc/clients.ts';
import { createPasswordHasher, passwordsAtOnce } from './authenticators/password.ts';
import { createRateLimit } from './db/limits/rate-limit-store.ts';
import { readLoginAssets } from './login/assets/login-assets.ts';
import type { LoginDoor } from './login/login-deps.ts';
import { mountLoginDoor } from './login/mount.ts';
import { createProviderPages } from './login/provider-pages.ts';
import { mountProvider } from './oidc/mount.ts';
import { buildProvider } from './oidc/build-provider.ts';
import { createTexts, type Catalogs } from './texts/catalog.ts';

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

/** What is built beside the server, seen from the source and from `dist/server`. */
const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url);

/** Builds every part once and joins the doors: the only place that knows them all. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, database, secrets, clock, log } = options;
  const { db } = database;
  const { publicUrl } = config;
  const texts = createTexts(config.productName, options.catalogs);
  const rateLimit = createRateLimit({ db, clock, secrets });
  const passwords = createPasswordHasher(config.argon2, { atOnce: passwordsAtOnce(config.workers) });
  const assets = await readLoginAssets();
  const pages = { texts, assets: assets.addresses };
  const guardedFetch = createGuardedFetch({
    allowedHosts: config.allowedProviderHosts,
    ...(options.resolveName === undefined ? {} : { resolveName: options.resolveName }),
  });
  const ground = { db, clock, secrets, documents: createDocumentReader({ clock, fetch: guardedFetch }) };

  // Before the first request: without today's partitions nothing can be stored.
  await keepPartitions({ db, clock }, DAILY_TABLES);
  await addKeptKeys({ db, secrets });

  const { server, announceStop } = await createServer({
    publicUrl,
    trustedProxies: config.trustedProxies,
    log,
    texts,
    checkReady: createReadiness({ db, clock }),
  });
  server.addHook('preHandler', ({ ip: address, headers, raw }, _reply, done) =>
    withOrigin({ address, browser: headers['user-agent'], isGone: () => raw.socket.destroyed }, done),
  );

  const connectors = createConnectors(
    {
      fetch: guardedFetch,
      clock,
      entraAuthority: config.entraAuthority.origin,
      ownIssuer: publicUrl.href,
      providersWithoutHold: config.providersWithoutHold,
    },
    options.connectors,
  );
  const providerPages = createProviderPages(pages);
  const { logoutNotices, stopListening, ...openId } = await buildProvider({
    ...ground,
    publicUrl,
    fetch: guardedFetch,
    pages: providerPages,
    listen: database.listen,
    log,
  });
  await mountProvider(server, {
    ...ground,
    ...openId,
    log,
    publicUrl,
    connectors,
    pages: providerPages,
    settings: config,
  });

  const askDns = createAskDns({ resolvers: config.dnsResolvers, internal: config.dnsInternalServers });
  const loginDoor: LoginDoor = {
    ...ground,
    ...pages,
    isAdministratingToken,
    log,
    rateLimit,
    publicUrl,
    connectors,
    askDns,
    passwords,
    productName: config.productName,
    sendsMail: config.smtpUrl !== undefined,
  };
  await mountLoginDoor(server, loginDoor, assets.files);
  await mountApi(server, {
    ...ground,
    texts,
    config,
    version: VERSION,
    fetch: guardedFetch,
    askDns,
    connectors,
    rateLimit,
    referenceFolder: new URL('api-reference/', BUILT),
    accessTokens: { clientId: CONSOLE_CLIENT, audience: apiResource(publicUrl) },
  });
  await mountConsole(server, texts, new URL('console/', BUILT));
  const mailer = await createMailer(config);
  await retryMailNow({ db, clock });

  const jobs = createJobRunner({ ...ground, log, listen: database.listen }, [
    ...backgroundJobs({ ...ground, config, rateLimit, texts, log, askDns, connectors, logoutNotices }),
    ...mailHandlers({ ...ground, mailer, log }),
  ]);
  await jobs.start();

  const close = async (): Promise<void> => {
    await server.close();
    await jobs.stop();
    await stopListening();
    await mailer[Symbol.asyncDispose]();
    await guardedFetch.close();
  };
  return {
    server,
    jobs,
    listen: async () => void (await server.listen({ host: config.host, port: config.port })),
    announceStop,
    close,
    [Symbol.asyncDispose]: close,
  };
}
