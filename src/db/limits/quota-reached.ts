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

/** The refusal of a transaction that would let a tree hold more than it may; undefined for any other error. */
export function asQuotaReached(error: unknown): AppError | undefined {
  if (sqlState(error) !== REACHED) return undefined;
  return quotaReached(JSON.parse((error as { detail?: string }).detail ?? '{}') as ReachedQuota, error);
}

/** The refusal itself: with what is there, how much there may be, whose tree it is and who raises the limit. */
export function quotaReached({ kind, used, most, name, path }: ReachedQuota, cause?: unknown): AppError {
  // The root's own limits are of the whole installation.
  const by = path.split('/').length === 3 ? 'operator' : 'root';
  return new AppError('quota.reached', { values: { kind, used, most, name, by, path }, cause });
}
