import type { ListedLogin, Outcome } from './diagnosis.ts';
import { selectApplicationNames, selectLogins } from './login-list-store.ts';
import type { LoginFilter } from './login-list-store.ts';
import type { Clock } from '../base/clock.ts';
import type { LoginId, OrganizationId, UserId } from '../base/ids.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import { requireAccess } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

/** What reading logins needs: `db` is the caller's transaction in the api role. */
export interface DiagnosisDeps {
  db: Transaction;
  clock: Clock;
}

/**
 * The organization whose logins a caller asks for. The administrators of the root also read the logins that belong to no
 * organization: an address that leads nowhere.
 * @throws organization.not-found, caller.denied
 */
export async function requireDiagnosis(
  deps: DiagnosisDeps,
  caller: Caller,
  organizationId: OrganizationId,
): Promise<{ organization: Organization; orphans: boolean }> {
  const organization = requireAccess(caller, 'read-audit', await findOrganization(deps, organizationId));
  return { organization, orphans: organization.managingOrganizationId === null };
}

/** Runs a statement that may find rows of no organization, which the api role does not see. */
export async function withOrphans<T>(
  deps: DiagnosisDeps,
  orphans: boolean,
  work: (db: Transaction) => Promise<T>,
): Promise<T> {
  return orphans ? asService(deps.db, work) : work(deps.db);
}

/** Logins, and whether the caller reads what belongs to no organization. */
export interface FoundLogins {
  logins: ListedLogin[];
  orphans: boolean;
}

/**
 * Logins of an organization, the newest first.
 * @throws organization.not-found, caller.denied
 */
export async function listLogins(
  deps: DiagnosisDeps,
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    search?: string | undefined;
    userId?: UserId | undefined;
    outcome?: Outcome | undefined;
    before?: { at: Date; id: LoginId } | undefined;
    limit: number;
  },
): Promise<FoundLogins> {
  const { orphans } = await requireDiagnosis(deps, caller, input.organizationId);
  return { logins: await findLogins(deps, { ...input, orphans }), orphans };
}

/** As {@link listLogins}, for a caller who was found to be allowed to. */
export async function findLogins(deps: DiagnosisDeps, filter: LoginFilter): Promise<ListedLogin[]> {
  const { orphans } = filter;
  const found = await withOrphans(deps, orphans, async (db) => selectLogins(db, filter, deps.clock.now()));
  return withApplications(deps, found);
}

/** Puts in the names of applications, which may belong to an organization above. */
export async function withApplications(deps: DiagnosisDeps, logins: ListedLogin[]): Promise<ListedLogin[]> {
  const clientIds = [...new Set(logins.map(({ clientId }) => clientId))];
  const names = await asService(deps.db, async (db) => selectApplicationNames(db, clientIds));
  return logins.map((login) => ({ ...login, applicationName: names.get(login.clientId)?.name ?? null }));
}
