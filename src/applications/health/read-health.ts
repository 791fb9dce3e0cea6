import { selectFailures, selectLastLogins } from './application-health-store.ts';
import { judgeHealth } from './judge-health.ts';
import type { ApplicationHealth, HealthState } from './judge-health.ts';
import type { Application } from '../application.ts';
import { readApplication } from '../manage-applications.ts';
import { after, DAY } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';

/** How far back failures are told. */
const TOLD = 30 * DAY;

/**
 * How one application fares: its last login, and what its requests were refused for.
 * @throws organization.not-found, caller.denied, application.not-found
 */
export async function readApplicationHealth(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: { organizationId: OrganizationId; applicationId: ApplicationId },
): Promise<ApplicationHealth & { application: Application }> {
  const { application } = await readApplication(deps, caller, input);
  const found = await findHealth(deps, [application]);
  return { ...found.get(application.id)!, application };
}

/** How applications fare, in a word each. Callers check who may read them. */
export async function findHealthStates(
  deps: { db: Database; clock: Clock },
  applications: readonly Application[],
): Promise<Map<ApplicationId, HealthState>> {
  const found = await findHealth(deps, applications);
  return new Map([...found].map(([id, { state }]) => [id, state]));
}

async function findHealth(
  deps: { db: Database; clock: Clock },
  applications: readonly Application[],
): Promise<Map<ApplicationId, ApplicationHealth>> {
  const ids = applications.map(({ id }) => id);
  const logins = await selectLastLogins(deps.db, ids);
  const failures = await selectFailures(deps.db, ids, after(deps.clock.now(), -TOLD));
  return new Map(
    applications.map((application) => {
      const lastLoginAt = logins.find(({ applicationId }) => applicationId === application.id)?.lastLoginAt ?? null;
      const rows = failures.filter(({ applicationId }) => applicationId === application.id);
      return [application.id, judgeHealth(application, lastLoginAt, rows)];
    }),
  );
}
