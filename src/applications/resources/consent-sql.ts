import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/**
 * SQL for how consent to a scope is kept (`consent-scope.ts`), for a statement that has the API resource as `r` and its scope
 * as `s`. Name and sentence have no line ends (`parsePlainName`).
 */
export const KEPT_CONSENT: RawBuilder<string> = sql`r.id || '#' || s.scope || '#'
  || encode(sha256(convert_to(r.name || E'\\n' || s.description, 'UTF8')), 'hex')`;
