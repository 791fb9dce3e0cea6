import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../demo/free-port.ts';
import { CommandLine, gatehouse } from '../support/command-line.ts';
import type { Settings } from '../support/command-line.ts';
import { gatehouseHere } from '../support/run-here.ts';

let outer: string;
let settings: Settings;
let url: string;
const running: CommandLine[] = [];

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'command-line-'));
  const port = await freePort();
  url = `http://localhost:${port}`;
  settings = { GATEHOUSE_DATA: join(outer, 'data'), PORT: String(port) };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (each) => each.stop()));
});
afterAll(async () => rm(outer, { recursive: true }));

async function serve(more: Settings = {}): Promise<CommandLine> {
  const service = new CommandLine(['serve'], { ...settings, ...more });
  running.push(service);
  await service.says('is ready at');
  return service;
}

test('wrong words are wrong usage, a wrong setting is a failure, each in one sentence', async () => {
  expect(await gatehouse(['nonsense'], settings)).toMatchObject({
    code: 2,
    err: "error: unknown command 'nonsense'\n",
  });
  expect(await gatehouseHere(['doctor', '--nonsense'], settings)).toMatchObject({ code: 2 });
  const wrong = await gatehouse(['doctor', '--json'], { ...settings, GATEHOUSE_ULR: 'x' });
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(JSON.parse(wrong.err)).toEqual({
    error: { code: 'setting.wrong', message: 'GATEHOUSE_ULR is not a setting of Gatehouse.' },
  });
});

test('migrate makes the database with its key, doctor says what is missing before and that all is well after', async () => {
  const before = await gatehouse(['doctor', '--json'], settings);
  expect(before.code).toBe(1);
  expect(JSON.parse(before.out)).toMatchObject({ good: false });
  const planned = await gatehouse(['migrate', '--plan'], settings);
  expect(planned.code).toBe(0);
  expect(planned.out).toContain('each a transaction of its own; nothing was changed.\n0001-ground: nobody waits.');
  const migrated = await gatehouse(['migrate', '--json'], settings);
  expect(migrated.code).toBe(0);
  expect(JSON.parse(migrated.out).applied[0]).toBe('0001-ground');
  expect(await gatehouse(['doctor'], settings)).toMatchObject({
    code: 0,
    out: expect.stringContaining('Everything is in order.'),
  });

  const folder = settings['GATEHOUSE_DATA'] ?? '';
  for (const secret of ['master.key', 'postgres.json']) {
    expect((await stat(join(folder, secret))).mode & 0o777).toBe(0o600);
  }
  expect(Buffer.from(await readFile(join(folder, 'master.key'), 'utf8'), 'base64')).toHaveLength(32);
  expect((await readdir(folder)).toSorted()).toEqual(['master.key', 'postgres', 'postgres.json', 'postgres.log']);
});

test('a lost master key is missed instead of replaced', async () => {
  await gatehouseHere(['migrate'], settings);
  const file = join(settings['GATEHOUSE_DATA'] ?? '', 'master.key');
  const key = await readFile(file);
  await rm(file);
  const { code, err } = await gatehouseHere(['migrate'], settings);
  expect(code).toBe(1);
  expect(err).toContain('master.key is missing');
  await writeFile(file, key, { mode: 0o600 });
});

describe('serve', () => {
  test('a second one on the folder is refused in one sentence; other commands go on', async () => {
    await serve();
    const second = await gatehouse(['serve'], { ...settings, PORT: String(await freePort()) });
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/^Another “gatehouse serve” \(process \d+\) runs on .*\n$/);
    expect(await gatehouse(['doctor'], settings)).toMatchObject({
      code: 0,
      out: expect.stringContaining('The service runs'),
    });
  });

  test('asked to stop it finishes the request it is in, refuses new ones, and ends with 0', async () => {
    const service = await serve();
    const socket = connect(Number(settings['PORT']), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.write('POST /oauth2/token HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n');
    socket.write('content-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\n');
    await expect.poll(() => answer).toContain('HTTP/1.1 100'); // its head was read
    socket.write('grant');
    service.child.kill('SIGTERM');
    await service.says('Stopping');
    await expect
      .poll(async () =>
        fetch(`${url}/healthz`).then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('refused');
    socket.write('=abc');
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(answer).toContain('HTTP/1.1 400');
    expect(await readdir(settings['GATEHOUSE_DATA'] ?? '')).not.toContain('serve.lock');
  });

  test('killed at any moment, it starts again on the same data', async () => {
    const killed = await serve();
    await killed.stop('SIGKILL');
    await serve();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('with GATEHOUSE_MIGRATE off an unmigrated database is refused', async () => {
    const fresh = { ...settings, GATEHOUSE_DATA: join(outer, 'fresh'), GATEHOUSE_MIGRATE: 'off' };
    const { code, err } = await gatehouse(['serve'], fresh);
    expect(code).toBe(1);
    expect(err).toContain('GATEHOUSE_MIGRATE is off: run “gatehouse migrate”');
    expect(await gatehouse(['migrate'], fresh)).toMatchObject({ code: 0 });
    await serve({ ...fresh });
  });

  test('several processes answer on one port and end together', async () => {
    const service = await serve({ GATEHOUSE_WORKERS: '2' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await service.stop()).toMatchObject({ code: 0 });
  });
});
