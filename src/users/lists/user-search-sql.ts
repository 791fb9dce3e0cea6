import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { FoundPlace } from '../user.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { beginsWith } from '../../db/search-sql.ts';

/**
 * The terms of an organization's users that begin with what was typed, in the order of their index. Users are joined to them
 * one by one (`lateral`, with a limit), so that of many that are found only those of the page are read.
 */
export function foundTerms(
  db: Database,
  search: { organizationId: OrganizationId; search: string; after?: string | FoundPlace | undefined },
) {
  const { after } = search;
  const found = db
    .selectFrom('userSearchTerm')
    .select(['term', 'userId'])
    .where('organizationId', '=', search.organizationId)
    .where(beginsWith('term', search.search))
    .orderBy('term')
    .orderBy('userId');
  return typeof after === 'object'
    ? found.where(sql<boolean>`(term, user_id) > (${after.term}, ${after.id}::uuid)`)
    : found;
}

/**
 * Of the terms that find a user, only the first counts, so that each stands once in a list: `found` is what
 * {@link foundTerms} gives, beside `app_user`.
 */
export function foundFirstBy(search: string): RawBuilder<boolean> {
  return sql`not exists (select from unnest(gatehouse_user_terms(app_user.email_key, app_user.name)) as earlier (term)
    where ${beginsWith('earlier.term', search)} and earlier.term collate "C" < found.term)`;
}
