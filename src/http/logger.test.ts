import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { createRequestLog } from './request-log.ts';

function collect(): { lines: () => Record<string, unknown>[]; log: ReturnType<typeof createLogger> } {
  let text = '';
  const log = createLogger('info', { write: (line) => (text += line) });
  const lines = (): Record<string, unknown>[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { lines, log };
}

test('of an error the log has message, stack, codes and causes: nothing that a library hung on it', () => {
  const { lines, log } = collect();
  const row = Object.assign(new Error('violates a check'), {
    code: '23514',
    table: 'user_password',
    detail: 'Failing row contains (hush).',
    parameters: ['hush'],
  });
  const outer = new Error('not stored', { cause: row });
  Object.assign(outer, { response: { body: 'hush' }, config: { headers: { cookie: 'hush' } }, toJSON: () => 'hush' });
  log.error({ err: outer }, 'fault');
  log.error({ err: new AggregateError([row, 'hush in no error'], 'both failed') }, 'fault');
  log.error({ err: { token: 'hush' } }, 'fault');
  const told = JSON.stringify(lines().map(({ err }) => err));
  expect(told.replace('hush in no error', '')).not.toContain('hush');
  expect(lines()[0]).toMatchObject({
    err: {
      type: 'Error',
      message: 'not stored',
      cause: { message: 'violates a check', code: '23514', table: 'user_password' },
    },
  });
  expect(lines()[1]).toMatchObject({
    err: { type: 'AggregateError', errors: [{ code: '23514' }, 'hush in no error'] },
  });
});

test('a line of a request has its pattern and its outcome; other lines are searched for what opens something', () => {
  const { lines, log } = collect();
  const line = { reqId: 'R', req: { method: 'GET', route: '/oauth2/*' }, res: { status: 303 }, responseTime: 1.5 };
  createRequestLog(log)(line);
  log.info({ reqId: 'R', token: 'hush', given: { client_secret: 'hush' } }, 'refused');
  expect(lines()).toEqual([
    { level: 30, time: expect.any(String), ...line, msg: 'request completed' },
    {
      level: 30,
      time: expect.any(String),
      reqId: 'R',
      token: '[secret]',
      given: { client_secret: '[secret]' },
      msg: 'refused',
    },
  ]);
});

test.each([
  ['ends by itself', ''],
  ['is ended', 'process.exit(1);'],
  ['breaks', "throw new Error('a fault of ours');"],
])('a process that %s has written every line before', async (_how, end) => {
  const program = `const { createLogger } = await import(${JSON.stringify(new URL('logger.ts', import.meta.url).href)});
    const log = createLogger('info'); for (let n = 0; n < 100; n += 1) log.info({ n }, 'a line'); ${end}`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string });
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { n: number }).n),
  ).toEqual([...Array(100).keys()]);
});
