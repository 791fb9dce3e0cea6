import { AsyncLocalStorage } from 'node:async_hooks';
import { isIP } from 'node:net';

/** Where a request came from, as its audit events record it. */
export interface Origin {
  /** Network address without a zone; null where no request caused the event. */
  network: string | null;
  /** User-Agent of the request. */
  browser: string | null;
  /** Whether the connection of the request is closed: nobody reads the answer. */
  isGone(): boolean;
}

const MOST_BROWSER = 300;
const NOWHERE: Origin = { network: null, browser: null, isGone: () => false };
const origins = new AsyncLocalStorage<Origin>();

/**
 * Runs `work` so that every audit event recorded in it carries the request's origin. Ambient, because every operation
 * records events and none decides by where a request came from.
 * @param request.address as the HTTP server knows it; anything but an IP address is dropped
 */
export function withOrigin<T>(
  request: { address: string; browser: string | undefined; isGone?: () => boolean },
  work: () => T,
): T {
  const address = request.address.replace(/^::ffff:(?=\d+\.)/i, '').split('%', 1)[0] ?? '';
  const network = isIP(address) === 0 ? null : address;
  const browser = request.browser?.slice(0, MOST_BROWSER) ?? null;
  return origins.run({ network, browser, isGone: request.isGone ?? NOWHERE.isGone }, work);
}

/** Runs `work` for the log of an organization that must not learn who caused it: its events carry no origin. */
export function withoutOrigin<T>(work: () => T): T {
  return origins.run(NOWHERE, work);
}

/** The origin of the request that is handled now. */
export function currentOrigin(): Origin {
  return origins.getStore() ?? NOWHERE;
}
