import { sqlState } from '../../base/database-failure.ts';
import { AppError } from '../../base/errors.ts';

/** What `gatehouse_count_quota` says of a tree that would hold more than it may. */
interface ReachedQuota {
  kind: string;
  used: number;
  most: number;
  /** The organization whose tree it is. */
  name: string;
  path: string;
}

/** What the database refuses a transaction with at its commit: a tree would hold more than it may (migration 0072). */
const REACHED = 'GQ001';

/** And a statement that adds one row too many to an organization or a user (migration 0073). */
const TOO_MANY_ROWS = 'GQ002';

/** The refusal of a transaction that would let a tree, an organization or a user hold more than it may; undefined for any other error. */
export function asQuotaReached(error: unknown): AppError | undefined {
  const state = sqlState(error);
  const detail = (error as { detail?: string }).detail ?? '{}';
  if (state === REACHED) return quotaReached(JSON.parse(detail) as ReachedQuota, error);
  if (state !== TOO_MANY_ROWS) return undefined;
  const values = JSON.parse(detail) as { rows: string; most: number };
  return new AppError('limit.reached', { values, detail: values.rows, cause: error });
}

/** The refusal itself: with what is there, how much there may be, whose tree it is and who raises the limit. */
export function quotaReached({ kind, used, most, name, path }: ReachedQuota, cause?: unknown): AppError {
  // The root's own limits are of the whole installation.
  const by = path.split('/').length === 3 ? 'operator' : 'root';
  return new AppError('quota.reached', { values: { kind, used, most, name, by, path }, cause });
}
