import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { LIMITS } from './limits.ts';

/** A limit in force, as part of a larger statement. */
export function limitInForce(name: keyof typeof LIMITS): RawBuilder<number> {
  return sql<number>`coalesce((select most from limit_policy where name = ${name}), ${LIMITS[name]}::integer)`;
}
