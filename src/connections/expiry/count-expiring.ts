import { WARNING_DAYS } from './expiry.ts';
import { countByEnd } from './expiry-store.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';

/**
 * How many credentials there are by days left, over all organizations: numbers alone, for monitoring.
 * @returns for each of `EXPIRY_BANDS` how many, and when the first of them expires; null where no end is known
 */
export async function countExpiring(deps: {
  db: Database;
  clock: Clock;
}): Promise<{ bands: Map<string, number>; first: Date | null }> {
  const now = deps.clock.now();
  const bounds = [0, ...WARNING_DAYS];
  const counted = await countByEnd(
    deps.db,
    bounds.map((days) => after(now, days * DAY)),
  );
  const names = ['expired', ...WARNING_DAYS.map(String), 'later'];
  const bands = new Map(names.map((name, place) => [name, counted.byBand.get(place) ?? 0]));
  bands.set('unknown', counted.byBand.get(null) ?? 0);
  return { bands, first: counted.first };
}
