import { expect, test } from 'vitest';
import { eventKinds, eventName } from './event-texts.ts';

test('no two kinds of event have one name, so that choosing one means one', () => {
  const names = eventKinds().map(eventName);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});
