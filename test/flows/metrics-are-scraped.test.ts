import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { silentLog } from '../../src/base/log.ts';
import { randomUuid } from '../../src/base/random.ts';
import { createFactReader } from '../../src/metrics/read-facts.ts';
import { metricsOf } from '../../src/metrics/metrics.ts';
import type { Metric } from '../../src/metrics/metrics.ts';
import { projectFolder } from '../../tools/project.ts';
import { CommandLine } from '../support/command-line.ts';
import { makeApplication, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { MASTER_KEY } from '../support/master-key.ts';
import { authorizeUrl, codeFor, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { METRICS_TOKEN, namesIn, scrape } from '../support/scrapes.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** No connection has a secret here that expires, and the log of this database is not archived. */
const ABSENT = [
  'gatehouse_secrets_first_expiry_seconds',
  'gatehouse_log_archive_age_seconds',
  'gatehouse_log_archive_failures',
];
/** What nobody ever did has no series: 0 would say that it failed. */
const OF_BACKUPS = ['success', 'age_seconds', 'duration_seconds', 'size_bytes', 'verified_age_seconds'].map(
  (name) => `gatehouse_backup_${name}`,
);

let service: TestService;
let reports: RelyingApplication;

beforeAll(async () => {
  service = await startService({ settings: { GATEHOUSE_METRICS_TOKEN: METRICS_TOKEN, GATEHOUSE_DATA: tmpdir() } });
});
afterAll(async () => service?.close());

/** A scrape for which all was read: at its start the service's own work may take all connections. */
async function wholeScrape(url = service.url): Promise<Map<string, number>> {
  let series = new Map<string, number>();
  const unread = async (): Promise<string[]> => {
    series = await scrape(url);
    return [...series].flatMap(([key, value]) =>
      key.startsWith('gatehouse_reading_success') && value === 0 ? key : [],
    );
  };
  await expect.poll(unread).toEqual([]);
  return series;
}

/** Nobody waits for a connection. */
const idle = () => ({
  db: service.database.db,
  pool: { ...service.database.open.pool, load: () => ({ inUse: 0, waiting: 0 }) },
});

/** By how much each series grew while `work` ran; those that did not are left out. */
async function growth(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await scrape(service.url);
  await work();
  const after = await scrape(service.url);
  const grown = [...after].map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, more]) => more !== 0));
}

test('a login with a password, its tokens, a silent login and a refused code are counted', async () => {
  const root = await makeRoot(service);
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
  const maria = await makePerson(service, root, 'maria@northwind.example');
  await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const grown = await growth(async () => {
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    await redeem(service, reports, codeIn(back, reports));
    await redeem(service, reports, await codeFor(browser, service, reports));
    await redeem(service, reports, 'a-code-that-nobody-was-given');
  });
  expect(grown).toMatchObject({
    'gatehouse_logins_total{method="built-in",outcome="finished"}': 1,
    'gatehouse_login_steps_total{step="password"}': 1,
    'gatehouse_login_steps_total{step="second-factor"}': 1,
    'gatehouse_login_steps_total{step="finished"}': 1,
    'gatehouse_tokens_total{grant="authorization_code",outcome="issued"}': 2,
    'gatehouse_tokens_total{grant="authorization_code",outcome="refused"}': 1,
    'gatehouse_requests_total{door="application",status="4xx"}': 1,
    'gatehouse_requests_total{door="login",status="3xx"}': expect.any(Number),
    'gatehouse_request_duration_seconds_count{door="application"}': expect.any(Number),
  });
  const direct = Object.entries(grown).filter(([key]) => key.startsWith('gatehouse_direct_total'));
  const ways = Object.fromEntries(direct);
  expect(Object.values(ways).reduce((sum, each) => sum + each, 0)).toBe(5);
  if (service.config.direct) {
    expect(ways['gatehouse_direct_total{endpoint="authorize",way="direct"}']).toBe(1);
    expect(ways['gatehouse_direct_total{endpoint="token",way="direct"}']).toBe(2);
  }
});

test('every metric is in a scrape, each series of its labels from the start, and what was read says so', async () => {
  const series = await wholeScrape();
  const names = namesIn(series);
  const metrics: Readonly<Record<string, Metric>> = metricsOf([]);
  const missing = Object.entries(metrics).filter(
    ([name, { type }]) => !names.has(type === 'histogram' ? `${name}_bucket` : name),
  );
  expect(missing.map(([name]) => name).toSorted()).toEqual([...ABSENT, ...OF_BACKUPS].toSorted());
  for (const reading of ['ready', 'jobs', 'database', 'secrets', 'backups', 'disk']) {
    expect([reading, series.get(`gatehouse_reading_success{reading="${reading}"}`)]).toEqual([reading, 1]);
  }
  expect(series.get('gatehouse_ready')).toBe(1);
  expect(series.get('gatehouse_processes')).toBe(1);
  expect(series.get('gatehouse_partitions_ahead')).toBeGreaterThanOrEqual(2);
  expect(series.get('gatehouse_database_size_bytes')).toBeGreaterThan(1_000_000);
  expect(series.get('gatehouse_jobs{kind="seal-audit-events",state="failed"}')).toBe(0);
  expect(series.get('gatehouse_login_refusals_total{cause="provider.unreachable"}')).toBe(0);
  expect([...series.values()].every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
});

test('backups and their verifications are told apart, the failed from the good', async () => {
  const now = service.clock.now().getTime();
  const at = (secondsAgo: number): Date => new Date(now - secondsAgo * 1000);
  const run = { fileName: 'night.tar.zst', bytes: '5000000' };
  await service.database.db
    .insertInto('backupRun')
    .values([
      { ...run, id: randomUuid(), kind: 'backup', startedAt: at(9000), endedAt: at(8940), outcome: 'done' },
      { ...run, id: randomUuid(), kind: 'verify', startedAt: at(8900), endedAt: at(8800), outcome: 'done' },
      { ...run, id: randomUuid(), kind: 'backup', startedAt: at(500), endedAt: at(470), outcome: 'done' },
      {
        ...run,
        id: randomUuid(),
        kind: 'verify',
        startedAt: at(400),
        endedAt: at(390),
        outcome: 'backup.damaged',
        bytes: null,
      },
    ])
    .execute();
  const fresh = createFactReader(metricsOf([]), {
    database: idle(),
    clock: service.clock,
    log: silentLog,
    config: service.config,
    checkReady: async () => {},
  });
  const read = (await fresh()).filter(({ name }) => name.startsWith('gatehouse_backup'));
  const found = read.flatMap(({ name, values }) =>
    values.map(({ labels, value }) => [
      `${name.slice('gatehouse_backup_'.length)} ${labels['kind'] ?? ''}`,
      Math.floor(value),
    ]),
  );
  expect(Object.fromEntries(found)).toEqual({
    'success backup': 1,
    'success verify': 0,
    'age_seconds backup': 500,
    'age_seconds verify': 8900,
    'duration_seconds backup': 30,
    'duration_seconds verify': 10,
    'size_bytes backup': 5_000_000,
    'verified_age_seconds ': 9000,
  });
  await expect
    .poll(async () => namesIn(await scrape(service.url)).has('gatehouse_backup_success'), { timeout: 30_000 })
    .toBe(true);
});

test('the alerts and the dashboard that are shipped ask for series that are there', async () => {
  const series = [...(await wholeScrape()).keys()];
  const names = namesIn(new Map(series.map((key) => [key, 0])));
  for (const file of ['gatehouse.rules.yaml', 'gatehouse.dashboard.json']) {
    const text = readFileSync(join(projectFolder, 'deploy/prometheus', file), 'utf8').replaceAll('\\"', '"');
    const asked = new Set([...text.matchAll(/\bgatehouse_[a-z_]+/g)].map(([name]) => name));
    expect(asked.size).toBeGreaterThan(10);
    const strangers = [...asked].filter((name) => !names.has(name) && !ABSENT.includes(name));
    expect([file, strangers]).toEqual([file, []]);
    const selected = [...text.matchAll(/\b(gatehouse_[a-z_]+)\{([^{}]*)\}/g)];
    const odd = selected.flatMap(([, name, labels = '']) =>
      [...labels.matchAll(/(\w+)!?="([^"]*)"/g)]
        .filter(([pair]) => !series.some((key) => key.startsWith(`${name}{`) && key.includes(pair.replace('!=', '='))))
        .map(([pair]) => `${name} ${pair}`),
    );
    expect([file, odd]).toEqual([file, []]);
  }
});

test('what cannot be read is absent and says so; while requests wait for a connection nothing is read', async () => {
  const metrics = metricsOf(['mail']);
  const { open } = service.database;
  const deps = {
    clock: service.clock,
    log: silentLog,
    config: { dataFolder: '/nowhere/at/all', databaseUrl: undefined },
  };
  const checkReady = async (): Promise<void> => Promise.reject(new Error('not ready'));
  const valueIn =
    (reported: Awaited<ReturnType<ReturnType<typeof createFactReader>>>) => (name: string, label?: string) =>
      reported
        .find((each) => each.name === name)
        ?.values.find(({ labels }) => label === undefined || Object.values(labels).includes(label))?.value;

  const some = valueIn(await createFactReader(metrics, { ...deps, database: idle(), checkReady })());
  expect(some('gatehouse_ready')).toBe(0);
  expect(some('gatehouse_disk_free_bytes')).toBeUndefined();
  const success = ['ready', 'disk', 'jobs', 'database', 'secrets'].map((name) =>
    some('gatehouse_reading_success', name),
  );
  expect(success).toEqual([0, 0, 1, 1, 1]);

  const full = { db: open.db, pool: { ...open.pool, load: () => ({ inUse: 12, waiting: 1 }) } };
  let asked = 0;
  const read = createFactReader(metrics, { ...deps, database: full, checkReady: async () => void (asked += 1) });
  const none = valueIn(await read());
  expect(none('gatehouse_database_size_bytes')).toBeUndefined();
  expect(none('gatehouse_reading_success', 'jobs')).toBe(0);
  expect(asked).toBe(0);
});

test('scrapes of the same five seconds share a reading', async () => {
  let milliseconds = 0;
  let asked = 0;
  const read = createFactReader(metricsOf([]), {
    database: idle(),
    clock: service.clock,
    log: silentLog,
    config: { dataFolder: tmpdir(), databaseUrl: undefined },
    checkReady: async () => void (asked += 1),
    elapsed: () => milliseconds,
  });
  await Promise.all([read(), read()]);
  milliseconds = 4999;
  await read();
  expect(asked).toBe(1);
  milliseconds = 5000;
  await read();
  expect(asked).toBe(2);
});

test('on a port of its own, and no longer on the other one', async () => {
  const port = String(await freePort());
  const settings = { GATEHOUSE_METRICS_TOKEN: METRICS_TOKEN, GATEHOUSE_METRICS_PORT: port, GATEHOUSE_DATA: tmpdir() };
  await using other = await startService({ database: service.database, settings });
  const own = `http://127.0.0.1:${port}`;
  expect((await wholeScrape(own)).get('gatehouse_ready')).toBe(1);
  const status = async (url: string, headers: Record<string, string>): Promise<number> =>
    (await fetch(url, { headers })).status;
  const authorization = `Bearer ${METRICS_TOKEN}`;
  expect(await status(`${other.url}/metrics`, { authorization })).toBe(404);
  expect(await status(`${own}/metrics`, {})).toBe(401);
  expect(await status(`${own}/healthz`, { authorization })).toBe(404);
});

test('of several processes a scrape is the sum', async () => {
  const port = await freePort();
  const serve = new CommandLine(['serve'], {
    DATABASE_URL: service.database.url,
    GATEHOUSE_MASTER_KEY: MASTER_KEY.toString('base64'),
    GATEHOUSE_DATA: service.config.dataFolder,
    GATEHOUSE_WORKERS: '2',
    GATEHOUSE_METRICS_TOKEN: METRICS_TOKEN,
    GATEHOUSE_DRAIN_SECONDS: '0',
    PORT: String(port),
  });
  try {
    await serve.says('is ready at');
    const url = `http://localhost:${port}`;
    // Both begin to answer at their own time.
    await expect.poll(async () => (await scrape(url)).get('gatehouse_processes')).toBe(2);
    const asked = 'gatehouse_requests_total{door="health",status="2xx"}';
    const before = (await scrape(url)).get(asked) ?? 0;
    // Each on a connection of its own: they are dealt out in turn.
    for (let i = 0; i < 20; i += 1) await fetch(`${url}/healthz`, { headers: { connection: 'close' } });
    const seen = async (): Promise<number> => ((await scrape(url)).get(asked) ?? 0) - before;
    await expect.poll(seen).toBe(20);
    const series = await wholeScrape(url);
    expect(series.get('gatehouse_ready')).toBe(1);
    expect([...series.keys()].filter((key) => key.startsWith('gatehouse_build_info'))).toHaveLength(1);
  } finally {
    await serve.stop('SIGKILL');
  }
});
