import { expect, test } from 'vitest';
import { field, summary } from './parts.ts';

test('a problem of one field stands at the field, one of the whole form above it', () => {
  const ofField = { field: 'code', text: 'That code isn’t right.' };
  expect(summary(ofField)).toBe(false);
  expect(field({ name: 'code', label: 'One-time code' }, ofField).markup).toContain(ofField.text);
  const ofForm = { text: 'That key didn’t work here.' };
  expect(summary(ofForm)).toMatchObject({ markup: expect.stringContaining(ofForm.text) });
  expect(field({ name: 'code', label: 'One-time code' }, ofForm).markup).not.toContain(ofForm.text);
});
