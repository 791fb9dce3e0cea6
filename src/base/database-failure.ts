import { AppError } from './errors.ts';

/** After so many seconds a client may try again. */
export const RETRY_AFTER_SECONDS = 5;

/** What the driver and the operating system call a connection that cannot be made or was lost. */
const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND']);
const LOST_WORDS =
  /connection terminated|connection ended|not queryable|timeout exceeded when trying to connect|read timeout/i;

/** The SQLSTATE of a PostgreSQL error (`23505` unique violation, …), undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/**
 * The server refused a connection to a service that had some before: its password was changed, the database takes none for a
 * while (55000), is being replaced (3D000), or the role may not connect. Whatever the reason, it is the operator's to mend.
 */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/**
 * Whether the database could not do its work now and may do it later: connection lost or refused (08), out of resources
 * or connections (53), ended by the operator or starting (57P0x), cancelled by a timeout (57014), read-only (25006), a
 * deadlock or a serialization failure (40), a lock that was not given (55P03).
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'database.unavailable';
  if (error instanceof ConnectionRefused) return true;
  const state = sqlState(error);
  if (state !== undefined) return /^(?:08|53|57P0|57014|25006|40001|40P01|55P03)/.test(state);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && LOST.has(code)) || LOST_WORDS.test(error.message);
}

/** Whether a connection that answered so must not be used again: it is lost, or its server is not the primary any more. */
export function breaksConnection(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined ? isUnavailable(error) : /^(?:08|57P0|25006)/.test(state);
}

/**
 * Whether the database was waited for as long as anybody waits: an attempt after that comes too late. The server cancels a
 * statement (57014) before we stop waiting for it.
 */
export function tookTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && ['57014', 'ETIMEDOUT'].includes(String(error.code))) ||
    /timeout exceeded|read timeout/i.test(error.message)
  );
}

/** Whether a transaction that failed so may be run once more (deadlock, serialization failure). */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '');
}

/** A failure of the database as every door answers it, `database.unavailable` (503); undefined for any other error. */
export function asUnavailable(error: unknown): AppError | undefined {
  if (!isUnavailable(error)) return undefined;
  return new AppError('database.unavailable', { detail: (error as Error).message, cause: error });
}
