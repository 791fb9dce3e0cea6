import { mountApi } from './api/routes.ts';
import type { App, AppOptions } from './app-options.ts';
import { createDocumentReader } from './applications/unregistered/read-document.ts';
import { withOrigin } from './audit/origin.ts';
import { backgroundJobs } from './background-jobs.ts';
import { createJobRunner } from './jobs/job-runner.ts';
import { addKeptKeys } from './keys/kept-keys.ts';
import { createConnectors } from './connectors/create-connectors.ts';
import { createGuardedFetch } from './connectors/outgoing/guarded-fetch.ts';
import { DAILY_TABLES } from './oidc/lifetimes.ts';
import { createAskDns } from './domains/dns/ask-dns.ts';
import { keepPartitions } from './db/partitions.ts';
import { createReadiness } from './db/readiness.ts';
import { isAdministratingToken } from './callers/manage-api-tokens.ts';
import { createMailer } from './mail/create-mailer.ts';
import { mountMetrics } from './metrics/mount.ts';
import { mailHandlers, retryMailNow } from './mail/send-mail.ts';
import { VERSION } from './base/version.ts';
import { mountConsole } from './http/console-files.ts';
import { createServer } from './http/server.ts';
import { apiResource, CONSOLE_CLIENT } from './oidc/clients.ts';
import { createPasswordHasher, passwordsAtOnce } from './authenticators/password.ts';
import { createRateLimit } from './db/limits/rate-limit-store.ts';
import { readLoginAssets } from './login/assets/login-assets.ts';
import type { LoginDoor } from './login/login-deps.ts';
import { mountLoginDoor } from './login/mount.ts';
import { createProviderPages } from './login/provider-pages.ts';
import { mountProvider } from './oidc/mount.ts';
import { buildProvider } from './oidc/build-provider.ts';
import { createTexts } from './texts/catalog.ts';

/** What is built beside the server, seen from the source and from `dist/server`. */
const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url);

/** Builds every part once and joins the doors: the only place that knows them all. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, database, secrets, clock, log } = options;
  const { db } = database;
  const { publicUrl } = config;
  const stopTracing = await startTracing(options);
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
  await Promise.all([keepPartitions({ db, clock }, DAILY_TABLES), addKeptKeys({ db, secrets })]);

  const checkReady = createReadiness({ db, clock });
  const { server, announceStop } = await createServer({
    publicUrl,
    trustedProxies: config.trustedProxies,
    log,
    texts,
    checkReady,
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

  const handlers = [
    ...backgroundJobs({ ...ground, config, rateLimit, texts, log, askDns, connectors, logoutNotices }),
    ...mailHandlers({ ...ground, mailer, log, bounces: config.mailBounces }),
  ];
  const jobKinds = handlers.map(({ kind }) => kind.name);
  const metrics = mountMetrics(server, { config, database, passwords, clock, log, checkReady, jobKinds });
  const jobs = createJobRunner({ ...ground, log, listen: database.listen }, handlers);
  await jobs.start();

  const close = async (): Promise<void> => {
    await server.close();
    await metrics.close();
    await jobs.stop();
    await stopListening();
    await mailer[Symbol.asyncDispose]();
    await guardedFetch.close();
    await stopTracing();
  };
  return {
    server,
    jobs,
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      await metrics.listen();
    },
    announceStop,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Loads what traces need where the operator wants them, and nothing else does. */
async function startTracing({ config: { traces }, log }: AppOptions): Promise<() => Promise<void>> {
  if (traces === undefined) return async () => {};
  const tracing = await import('./tracing/start-tracing.ts');
  return tracing.startTracing(traces, { log, version: VERSION });
}
