import { asUnavailable } from '../base/database-failure.ts';
import { AppError } from '../base/errors.ts';
import type { ErrorKind } from '../base/error-codes/error-kind.ts';
import type { Text } from '../texts/catalog.ts';
import { fieldSentence } from '../texts/field-sentence.ts';

const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  denied: 403,
  'not-found': 404,
  conflict: 409,
  expired: 410,
  limited: 429,
  upstream: 502,
};

/** Path of the page that says what each code means. */
export const ERRORS_PAGE = '/api/docs/errors';

/** What is wrong with one field; `code` is stable, `message` its sentence. */
interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** RFC 9457, section 3. */
export interface Problem {
  /** Relative reference to the page about the code (RFC 9457 3.1.1). */
  type: string;
  title: string;
  status: number;
  /** Stable; programs decide on it. */
  code: string;
  /** Request id: what the operator looks for in the log. */
  reference: string;
  errors?: FieldProblem[];
}

/** The HTTP status of a refusal. */
export function statusOf(error: AppError): number {
  if (error.code === 'internal') return 500;
  if (error.code === 'database.unavailable' || error.code === 'service.busy') return 503;
  if (error.code === 'request.too-large') return 413;
  return STATUS[error.kind];
}

/** Whatever was thrown, as an AppError: Fastify's own refusals keep their meaning, all else is `internal`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    if (error.statusCode === 413) return new AppError('request.too-large', { cause: error });
    if (error.statusCode >= 400 && error.statusCode < 500) {
      // The message may repeat the request, and a URL may hold a secret: only the code is logged.
      const detail = 'code' in error ? String(error.code) : 'refused by the HTTP server';
      return new AppError('input.malformed', { detail, cause: error });
    }
  }
  return asUnavailable(error) ?? new AppError('internal', { cause: error });
}

/** The answer of the API and of plain endpoints to a refusal. */
export function problemOf(error: AppError, reference: string, t: Text): Problem {
  return {
    type: `${ERRORS_PAGE}#${error.code}`,
    title: t(`error.${error.code}`, error.values),
    status: statusOf(error),
    code: error.code,
    reference,
    ...(error.fields.length === 0
      ? {}
      : { errors: error.fields.map((one) => ({ field: one.field, code: one.code, message: fieldSentence(t, one) })) }),
  };
}
