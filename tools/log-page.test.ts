import { expect, test } from 'vitest';
import { findLogCalls } from './log-page.ts';

const callsIn = (text: string) => findLogCalls(() => [['src/room/file.ts', text]]);

test('finds what the log is told, over several lines and behind values of its own', () => {
  const text = `deps.log.warn(
    { err: error, at: after(now, 3), said: 'it (did) this' },
    'a thing was lost; it comes back',
  );
  request.log.info('stopping');`;
  expect(callsIn(text)).toEqual([
    { level: 'warn', message: 'a thing was lost; it comes back', file: 'src/room/file.ts' },
    { level: 'info', message: 'stopping', file: 'src/room/file.ts' },
  ]);
});

test('a message that is made of values is refused', () => {
  expect(() => callsIn('log.error({}, `lost: ${why}`);')).toThrow('src/room/file.ts');
  expect(() => callsIn('log.error({}, why);')).toThrow('src/room/file.ts');
});
