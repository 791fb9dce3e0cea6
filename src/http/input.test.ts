import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { AppError } from '../base/errors.ts';
import { parseInput } from './input.ts';
import { createTexts } from '../texts/catalog.ts';
import { fieldSentence } from '../texts/field-sentence.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  kind: z.enum(['web', 'native']),
  uris: z.array(z.string()).min(1).max(2),
  days: z.number().max(9).optional(),
  address: z.email().optional(),
});
const t = createTexts('Gatehouse').default;
const good = { name: 'Ann', kind: 'web', uris: ['a'] };

function problems(input: unknown): unknown {
  try {
    return parseInput(schema, input);
  } catch (error) {
    return (error as AppError).fields.map((problem) => ({
      field: problem.field,
      code: problem.code,
      message: fieldSentence(t, problem),
    }));
  }
}

describe('input that does not fit is refused field by field, in words of the catalog', () => {
  test.each([
    [
      { ...good, name: undefined },
      { field: 'name', code: 'required', message: 'This is needed.' },
    ],
    [
      { ...good, name: '' },
      { field: 'name', code: 'required', message: 'This is needed.' },
    ],
    [
      { ...good, name: 'Annabel' },
      { field: 'name', code: 'too-long', message: 'At most 5 characters.' },
    ],
    [
      { ...good, name: 7 },
      { field: 'name', code: 'malformed', message: expect.stringContaining('form it needs') },
    ],
    [
      { ...good, kind: 'car' },
      { field: 'kind', code: 'one-of', message: 'One of web, native.' },
    ],
    [
      { ...good, uris: [] },
      { field: 'uris', code: 'too-few', message: 'At least 1.' },
    ],
    [
      { ...good, uris: ['a', 'b', 'c'] },
      { field: 'uris', code: 'too-many', message: 'At most 2 entries.' },
    ],
    [
      { ...good, uris: ['a', null] },
      { field: 'uris.1', code: 'malformed', message: expect.any(String) },
    ],
    [
      { ...good, days: 10 },
      { field: 'days', code: 'too-great', message: 'At most 9.' },
    ],
    [
      { ...good, address: 'x' },
      { field: 'address', code: 'malformed', message: expect.any(String) },
    ],
    [
      { ...good, more: 1 },
      { field: 'more', code: 'unknown', message: 'There is no such field: more.' },
    ],
  ])('%j', (input, problem) => {
    expect(problems(input)).toEqual([problem]);
  });

  test('what fits is taken', () => {
    expect(parseInput(schema, good)).toEqual(good);
  });
});
