import { expect, test } from 'vitest';
import { SEGMENT_BYTES, isIn, isOfTimeline, reaches, segmentAfter } from './segments.ts';

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
    expect([other, isOfTimeline(other, name)]).toEqual([other, false]);
  }
});

test('a place in the log is in one segment, and has reached it once it is past its beginning', () => {
  const name = '000000010000000100000002';
  const begin = 258n * BigInt(SEGMENT_BYTES);
  expect([begin - 1n, begin, begin + 1n].map((place) => reaches(place, name))).toEqual([false, false, true]);
  expect([begin - 1n, begin, begin + BigInt(SEGMENT_BYTES)].map((place) => isIn(place, name))).toEqual([
    false,
    true,
    false,
  ]);
});
