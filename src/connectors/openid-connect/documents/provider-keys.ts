import type { Clock, Seconds } from '../../../base/clock.ts';
import { after, HOUR } from '../../../base/clock.ts';
import { FetchRefused } from '../../outgoing/fetch-refused.ts';
import type { GuardedFetch } from '../../outgoing/guarded-fetch.ts';
import { checkKeys } from './keys.ts';
import type { ProviderKeys } from './keys.ts';
import type { CommonSettings } from '../settings.ts';

/** The largest key set taken, bytes. */
export const KEYS_LIMIT = 512 * 1024;
/** An unknown key id makes us ask again, and anybody can send one: so at most this often per provider. */
const REFETCH_PAUSE: Seconds = 30;
/** Keys older than this are asked for again at the next login, so that a key the provider removed is not accepted for ever. */
export const KEYS_AGE: Seconds = HOUR;

/** Settings with a key set fetched anew, to be stored as the last good one; null when there is none. */
export function withRefreshedKeys<S extends CommonSettings>(
  settings: S,
  keys: ProviderKeys | null,
  now: Date,
): { settings: S; allKeysReplaced: boolean } | null {
  if (keys === null) return null;
  const known = new Set(settings.keys.keys.map(({ kid }) => kid));
  const allKeysReplaced = !keys.keys.some(({ kid }) => known.has(kid));
  return { settings: { ...settings, keys, keysReadAt: now }, allKeysReplaced };
}

/** Fetches key sets again when they may have changed. */
export interface KeySource {
  /** The current set; null when it cannot be fetched, or could not within the pause. */
  refetch(jwksUri: string): Promise<ProviderKeys | null>;
}

/** One for each process; simultaneous logins share one call. */
export function createKeySource(deps: { fetch: GuardedFetch; clock: Clock }): KeySource {
  const asked = new Map<string, { until: Date; answer: Promise<ProviderKeys | null> }>();
  return {
    refetch(jwksUri) {
      const now = deps.clock.now();
      for (const [uri, { until }] of asked) if (until <= now) asked.delete(uri);
      const running = asked.get(jwksUri);
      if (running !== undefined) return running.answer;
      const answer = fetchKeys(deps, jwksUri).catch(() => null);
      asked.set(jwksUri, { until: after(now, REFETCH_PAUSE), answer });
      return answer;
    },
  };
}

/** A provider's key set, checked. @throws FetchRefused, also for a set that cannot be used */
export async function fetchKeys(deps: { fetch: GuardedFetch }, jwksUri: string): Promise<ProviderKeys> {
  const response = await deps.fetch(jwksUri, {}, { bodyBytes: KEYS_LIMIT });
  const keys = checkKeys(await jsonOf(response), jwksUri);
  if ('fault' in keys) throw new FetchRefused('not-json', undefined, new Error(keys.fault));
  return keys;
}

/** The JSON of a successful answer. @throws FetchRefused */
export async function jsonOf(response: Response): Promise<unknown> {
  if (response.status !== 200) throw new FetchRefused('status', response.status);
  try {
    return await response.json();
  } catch (error) {
    throw new FetchRefused('not-json', undefined, error);
  }
}
