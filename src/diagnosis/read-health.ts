import type { Cause } from './diagnosis.ts';
import { providerCause } from './find-cause.ts';
import { findLogins, requireDiagnosis } from './list-logins.ts';
import type { DiagnosisDeps, FoundLogins } from './list-logins.ts';
import { selectFailures } from './login-list-store.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Connection } from '../connections/connection.ts';
import { findConnectionInForce } from '../connections/find-login-method.ts';
import type { Caller } from '../organizations/access.ts';

/** How the logins of an organization fare. */
export interface ConnectionHealth {
  /** The organization's own connection; null for another method. */
  connection: Connection | null;
  /** Since the last success, or since it was configured: failures at the provider by cause, the most frequent first. */
  since: Date | null;
  failures: { cause: Cause; count: number; lastAt: Date; reference: string }[];
  /** The last 20 logins, whatever they were made with. */
  last: FoundLogins;
}

const LAST = 20;

/**
 * Last success, failures since by cause, and the last logins with their reasons.
 * @throws organization.not-found, caller.denied
 */
export async function readHealth(
  deps: DiagnosisDeps,
  caller: Caller,
  input: { organizationId: OrganizationId },
): Promise<ConnectionHealth> {
  const { organization, orphans } = await requireDiagnosis(deps, caller, input.organizationId);
  const organizationId = organization.id;
  const connection = (await findConnectionInForce(deps, organizationId)) ?? null;
  const since = connection === null ? null : (connection.lastSuccessAt ?? connection.configuredAt);
  const counted = since === null ? [] : await selectFailures(deps.db, { organizationId, since });
  const about = { redirectUrl: connection?.redirectUri };
  const failures = counted.flatMap(({ code, values, ...rest }) => {
    const cause = providerCause(code, values, about);
    return cause === undefined ? [] : [{ cause, ...rest }];
  });
  const logins = await findLogins(deps, { organizationId, orphans, limit: LAST });
  return { connection, since, failures, last: { logins, orphans } };
}
