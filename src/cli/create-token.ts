import { formatId } from '../base/ids.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { ConsoleRole } from '../organizations/access.ts';
import { createApiToken } from '../callers/manage-api-tokens.ts';
import { openInstallation, prepareDatabase } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import { operatorCaller } from './operator.ts';
import type { Result } from './terminal.ts';

/** `gatehouse token create`: prints an API token, this once. Throws `organization.not-found`. */
export async function createToken(
  deps: InstallationDeps,
  options: { organization: OrganizationId; role: ConsoleRole; expires?: number },
): Promise<Result> {
  const { clock, t } = deps;
  await using installation = await openInstallation(deps);
  await prepareDatabase(deps, installation.database);
  const { db } = installation.database;
  const caller = await operatorCaller({ db, t });
  const { apiToken, token } = await createApiToken({ db, clock }, caller, {
    organizationId: options.organization,
    role: options.role,
    days: options.expires,
  });
  const expiresAt = apiToken.expiresAt.toISOString();
  return {
    data: { id: formatId('tok', apiToken.id), token, role: apiToken.role, expiresAt },
    text: t('cli.token.created', { token, day: expiresAt.slice(0, 10) }),
  };
}
