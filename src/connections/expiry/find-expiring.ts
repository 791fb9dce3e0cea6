import type { Credential } from './expiry.ts';
import { countCredentials, selectCredentials } from './expiry-store.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/**
 * A page of the credentials of the caller's organization and all below it, the first to expire first; and how many there are, null
 * where they are too many to count.
 * @param input.within days: those that expire until then, or have; left out: all, also those whose end is not known
 * @throws organization.not-found, caller.denied
 */
export async function listCredentials(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: {
    search?: string | undefined;
    within?: number | undefined;
    after?: { at: Date; id: string } | undefined;
    limit: number;
  },
): Promise<{ credentials: Credential[]; total: number | null }> {
  const { search, within, limit } = input;
  const { path } = requireAccess(caller, 'read', await findOrganization(deps, caller.organizationId));
  const filter = { path, search, before: within === undefined ? undefined : after(deps.clock.now(), within * DAY) };
  return {
    credentials: await selectCredentials(deps.db, filter, { after: input.after, limit }),
    total: await countCredentials(deps.db, filter),
  };
}
