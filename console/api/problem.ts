import { isTextKey, t } from '../texts/t.ts';

/** One field of the input and what is wrong with it. */
export interface FieldProblem {
  /** Path in the input, as `redirectUris.0`. */
  field: string;
  message: string;
}

/** A request the API refused (RFC 9457), or that never arrived (`network`) or came back unreadable (`answer`). */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  /** The service's own sentence. */
  readonly title: string;
  /** Request id, to be found in the log. */
  readonly reference: string | undefined;
  readonly fields: readonly FieldProblem[];

  constructor(problem: {
    code: string;
    status?: number;
    title?: string;
    reference?: string;
    fields?: readonly FieldProblem[];
    cause?: unknown;
  }) {
    super(problem.code, { cause: problem.cause });
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status ?? 0;
    this.title = problem.title ?? '';
    this.reference = problem.reference;
    this.fields = problem.fields ?? [];
  }
}

/** What happened and what to do, for a person: our sentence for the code, else the service's. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiProblem)) return t('problem.unknown');
  const key = `problem.${error.code}`;
  if (isTextKey(key)) return t(key);
  return error.title === '' ? t('problem.unknown') : error.title;
}

/** Whether the problem is of this code. */
export function isProblem(error: unknown, code: string): error is ApiProblem {
  return error instanceof ApiProblem && error.code === code;
}
