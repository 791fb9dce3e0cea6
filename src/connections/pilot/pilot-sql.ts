import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { SHARE_DIGITS } from './pilot.ts';
import type { PilotColumns } from './pilot.ts';

/** Whether a row of `app_user` is in a pilot, as `holdsFor` decides it. */
export function inPilotSql({ pilotPercent, pilotUserIds }: PilotColumns): RawBuilder<boolean> {
  if (pilotUserIds !== null) return sql<boolean>`app_user.id = any (${pilotUserIds}::uuid[])`;
  return sql<boolean>`('x' || lpad(left(app_user.id::text, ${sql.lit(SHARE_DIGITS)}), 8, '0'))::bit(32)::int % 100 < ${pilotPercent ?? 0}`;
}
