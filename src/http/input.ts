import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { FieldError } from '../base/field-errors.ts';

/**
 * Parses what came from outside, once, at the edge.
 * @throws input.malformed naming each field
 */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new AppError('input.malformed', { fields: parsed.error.issues.map(problemOf) });
}

function problemOf(issue: z.core.$ZodIssue): FieldError {
  const field = issue.path.join('.');
  switch (issue.code) {
    case 'invalid_type':
      return fieldError(field, issue.input === undefined ? 'required' : 'malformed');
    case 'too_big': {
      const code = issue.origin === 'string' ? 'too-long' : issue.origin === 'array' ? 'too-many' : 'too-great';
      return fieldError(field, code, { most: String(issue.maximum) });
    }
    case 'too_small': {
      const text = issue.minimum === 1 ? 'required' : 'too-short';
      const code = issue.origin === 'string' ? text : issue.origin === 'array' ? 'too-few' : 'too-small';
      return fieldError(field, code, { least: String(issue.minimum) });
    }
    case 'invalid_value':
      return fieldError(field, 'one-of', { allowed: issue.values.map(String).join(', ') });
    case 'unrecognized_keys':
      return fieldError(field, 'unknown', { names: issue.keys.join(', ') });
    default:
      return fieldError(field, 'malformed');
  }
}
