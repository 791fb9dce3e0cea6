import type { z } from 'zod';
import { AppError } from '../base/errors.ts';

/**
 * Parses what came from outside, once, at the edge.
 * @throws input.malformed naming each field
 */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('input.malformed', {
    fields: parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message })),
  });
}
