import { expect, test } from 'vitest';
import { limitText } from './message-pages.ts';
import { AppError } from '../../base/errors.ts';
import { createTexts } from '../../texts/catalog.ts';

test.each([
  [1, '1 minute'],
  [61, '2 minutes'],
  [300, '5 minutes'],
  [7199, '120 minutes'],
  [7200, '2 hours'],
  [86_400, '24 hours'],
])('a limit of %i seconds is told as %s', (seconds, told) => {
  const { default: t } = createTexts('Gatehouse');
  expect(limitText({ t }, new AppError('request.too-many', { values: { seconds } }))).toBe(
    `Too many attempts. Try again in ${told}.`,
  );
});
