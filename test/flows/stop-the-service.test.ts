import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { SAME_SIGNAL_MS } from '../../src/cli/serve/stop.ts';
import { lockHolder } from '../../src/db/embedded/folder-lock.ts';
import { projectFolder } from '../../tools/project.ts';
import { CommandLine } from '../support/command-line.ts';
import type { Settings } from '../support/command-line.ts';
import { createTestDatabase } from '../support/start-database.ts';
import type { TestDatabase } from '../support/start-database.ts';

let database: TestDatabase;
let folder: string;
const running: CommandLine[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'stopping-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (each) => each.stop('SIGKILL')));
});
afterAll(async () => {
  await database?.close();
  await rm(folder, { recursive: true });
});

async function serve(more: Settings = {}): Promise<{ service: CommandLine; url: string }> {
  const port = await freePort();
  const service = new CommandLine(['serve'], {
    DATABASE_URL: database.url,
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    GATEHOUSE_DATA: folder,
    PORT: String(port),
    ...more,
  });
  running.push(service);
  await service.says('is ready at');
  return { service, url: `http://localhost:${port}` };
}

/** Status and `Connection` of an answer; "refused" where nobody listens. */
async function ask(url: string): Promise<unknown> {
  const asked = request(url, { headers: { connection: 'keep-alive' } });
  const answer = new Promise((resolve) => {
    asked.on('error', () => resolve('refused'));
    asked.on('response', (response) => {
      response.resume();
      resolve([response.statusCode, response.headers.connection]);
    });
  });
  asked.end();
  return answer;
}

test.each(['1', '2'])(
  'with %s processes: asked to stop it turns unready and serves on, a second signal does not wait',
  async (workers) => {
    const { service, url } = await serve({ GATEHOUSE_DRAIN_SECONDS: '300', GATEHOUSE_WORKERS: workers });
    expect(await ask(`${url}/readyz`)).toEqual([200, 'keep-alive']);
    service.child.kill('SIGTERM');
    // Any of the processes may answer: five in a row.
    const unready = async (): Promise<unknown> =>
      Promise.all(Array.from({ length: 5 }, async () => ask(`${url}/readyz`)));
    await expect.poll(unready).toEqual(Array.from({ length: 5 }, () => [503, 'close']));
    for (const path of ['/healthz', '/', '/.well-known/openid-configuration', '/api/openapi.json']) {
      expect([path, await ask(`${url}${path}`)]).toEqual([path, [200, 'close']]);
    }
    await pause(SAME_SIGNAL_MS);
    service.child.kill('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 1 });
    await expect.poll(async () => ask(`${url}/healthz`)).toBe('refused');
  },
);

test('Ctrl+C does not wait for load balancers', async () => {
  const { service } = await serve({ GATEHOUSE_DRAIN_SECONDS: '300' });
  expect(await service.stop('SIGINT')).toMatchObject({ code: 0 });
});

test('a Ctrl+C that arrives twice, as under npm start, is one: what runs is finished and the database stopped', async () => {
  const data = join(folder, 'twice');
  const { service } = await serve({ DATABASE_URL: '', GATEHOUSE_DATA: data });
  const embedded = async (): Promise<string> => readFile(join(data, 'postgres/postmaster.pid'), 'utf8');
  expect(await embedded()).toContain('ready');
  service.child.kill('SIGINT');
  service.child.kill('SIGINT');
  await pause(10);
  service.child.kill('SIGINT');
  expect(await service.ended()).toMatchObject({ code: 0 });
  await expect(embedded()).rejects.toThrow('ENOENT');
});

test('its launcher killed, the service ends, and the next start is not refused', async () => {
  const data = join(folder, 'launched');
  const settings = { GATEHOUSE_DATA: data, PORT: String(await freePort()), PATH: process.env['PATH'] ?? '' };
  const olderNode = `for (const [k, value] of [['version', 'v20.20.2'], ['versions', { node: '20.20.2' }]])
    Object.defineProperty(process, k, { value });`;
  const preload = `data:text/javascript,${encodeURIComponent(olderNode)}`;
  const launcher = spawn(process.execPath, ['--import', preload, join(projectFolder, 'gatehouse'), 'serve'], {
    env: settings,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(launcher, 'exit');
  let said = '';
  launcher.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect.poll(() => said).toContain('is ready at');
  launcher.kill('SIGKILL');
  await ended;
  await expect.poll(async () => lockHolder(join(data, 'serve.lock'))).toBeUndefined();
  const next = new CommandLine(['serve'], settings);
  running.push(next);
  await next.says('is ready at');
  expect(await next.stop()).toMatchObject({ code: 0 });
});
