import { countListed, selectAffected } from './affected-store.ts';
import type { AffectedFilter, ListedAffected } from './affected-store.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import { isPilot } from '../pilot/pilot.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { FoundPlace } from '../../users/user.ts';

/**
 * The users whom a change of the method concerns, by their addresses or by what a search found
 * them by, and how many (null where counting would cost too much): those in the running pilot, or those who are first matched by their
 * address and get a code mailed where the provider does not prove it. A user who is tied already to the same subject, and one at a
 * domain that the organization verified, needs no code.
 * @param input.provenByDomain false where the address is of a claim that was chosen, which no domain proves
 * @param input.keepsIdentities whether who is tied to a subject of the connection in force stays so under the new one
 * @throws organization.not-found, caller.denied, pilot.none
 */
export async function findAffected(
  deps: { db: Database },
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    only: AffectedFilter['only'];
    keepsIdentities: boolean;
    provenByDomain: boolean;
    search?: string | undefined;
    after?: string | FoundPlace | undefined;
    limit: number;
  },
): Promise<{ users: ListedAffected[]; total: number | null }> {
  const { organizationId, only, ...page } = input;
  requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
  const inForce = await selectConnectionInForce(deps.db, organizationId);
  if (only === 'pilot' && (inForce === undefined || !isPilot(inForce))) throw new AppError('pilot.none');
  const keptIn = input.keepsIdentities ? (inForce?.id ?? null) : null;
  const filter: AffectedFilter =
    only === 'pilot'
      ? { organizationId, only, pilot: inForce! }
      : { organizationId, only, keptIn, provenByDomain: input.provenByDomain };
  return {
    users: await selectAffected(deps.db, filter, page),
    total: await countListed(deps.db, filter),
  };
}
