import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { FieldError } from '../base/field-errors.ts';

/** Most field errors that one refusal names. */
const MOST_ERRORS = 50;

/**
 * Parses what came from outside, once, at the edge.
 * @param whole names the input itself, where no field of it is to blame: `body`, `query`
 * @throws input.malformed naming each field, at most {@link MOST_ERRORS}
 */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown, whole = 'body'): z.output<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, MOST_ERRORS).flatMap((issue) => errorsOf(issue, whole));
  throw new AppError('input.malformed', { fields: fields.slice(0, MOST_ERRORS) });
}

function errorsOf(issue: z.core.$ZodIssue, whole: string): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [errorOf(issue, issue.path.join('.') || whole)];
  return issue.keys
    .slice(0, MOST_ERRORS)
    .map((key) => fieldError([...issue.path, key].join('.').slice(0, 200), 'unknown', { names: key.slice(0, 100) }));
}

function errorOf(issue: z.core.$ZodIssue, field: string): FieldError {
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
    default:
      return fieldError(field, 'malformed');
  }
}
