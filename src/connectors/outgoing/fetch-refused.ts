/** Why a call to an identity provider (or an application's back channel) gave no usable answer. */
export const FETCH_CATEGORIES = [
  /** Not https, a port or a form of address that is not allowed. */
  'url-refused',
  'name-unknown',
  /** A private, local or special address that the operator did not name. */
  'address-refused',
  'unreachable',
  'tls',
  'timeout',
  'redirected',
  /** An HTTP status that is no success. */
  'status',
  'not-json',
  'too-large',
] as const;
export type FetchCategory = (typeof FETCH_CATEGORIES)[number];

/**
 * A call that was refused or failed. Says the category only: what the other side sent, and how long it took, would
 * make a port scanner of the form that triggers the call.
 */
export class FetchRefused extends Error {
  readonly category: FetchCategory;
  readonly status: number | undefined;

  constructor(category: FetchCategory, status?: number, cause?: unknown) {
    super(status === undefined ? category : `${category} ${status}`, { cause });
    this.name = 'FetchRefused';
    this.category = category;
    this.status = status;
  }
}

const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO)/;
const TIMEOUT_CODE = /^(?:UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/;

/** Whatever a call threw, as a category. */
export function refusalOf(error: unknown): FetchRefused {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof FetchRefused) return cause;
    const category = categoryOf(cause);
    if (category !== undefined) return new FetchRefused(category, undefined, error);
    if (cause instanceof AggregateError) {
      const inner = cause.errors.map(refusalOf).find(({ category: found }) => found !== 'unreachable');
      if (inner !== undefined) return inner;
    }
  }
  return new FetchRefused('unreachable', undefined, error);
}

function categoryOf(error: Error): FetchCategory | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || TIMEOUT_CODE.test(code)) return 'timeout';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'name-unknown';
  if (TLS_CODE.test(code)) return 'tls';
  return code === 'UND_ERR_HEADERS_OVERFLOW' ? 'too-large' : undefined;
}
