import { expect, test } from 'vitest';
import { SEGMENT_BYTES, endsIn, isOfTimeline, segmentAfter } from './segments.ts';

test('segments follow each other within a timeline, 256 before the middle digits change', () => {
  expect(segmentAfter('000000010000000000000001')).toBe('000000010000000000000002');
  expect(segmentAfter('0000000100000000000000FF')).toBe('000000010000000100000000');
  expect(segmentAfter('0000000A000000FF000000FF')).toBe('0000000A0000010000000000');
  expect(() => segmentAfter('00000002.history')).toThrow('no segment');
});

test('what else is archived is no segment, and neither is one of another timeline', () => {
  const name = '000000020000000000000003';
  expect(isOfTimeline('000000020000000000000004', name)).toBe(true);
  for (const other of ['000000010000000000000004', '00000002.history', '000000020000000000000003.00000028.backup']) {
    expect(isOfTimeline(other, name), other).toBe(false);
  }
});

test('a log that ends with a segment ends in it', () => {
  const name = '000000010000000100000002';
  const begin = 258n * BigInt(SEGMENT_BYTES);
  expect(endsIn(name, begin)).toBe(false);
  expect(endsIn(name, begin + 1n)).toBe(true);
  expect(endsIn(name, begin + BigInt(SEGMENT_BYTES))).toBe(true);
  expect(endsIn(name, begin + BigInt(SEGMENT_BYTES) + 1n)).toBe(false);
});
