import { userInfo } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { Database } from '../db/database.ts';
import type { Caller } from '../organizations/access.ts';
import { findRootOrganization } from '../organizations/find-organization.ts';
import type { Text } from '../texts/catalog.ts';

/**
 * Who runs a command, for the audit log: the system's account, as it calls itself. Whoever can read the settings and the
 * data folder may do everything. Throws `organization.not-found` before setup.
 */
export async function operatorCaller(deps: { db: Database; t: Text }): Promise<Caller> {
  const root = await findRootOrganization(deps);
  if (root === undefined) throw new AppError('organization.not-found', { detail: deps.t('cli.not-set-up') });
  return {
    kind: 'operator',
    id: null,
    userId: null,
    name: accountName(),
    role: 'administrator',
    organizationId: root.id,
    organizationPath: root.path,
    factorAt: null,
  };
}

/** The system's account, as it calls itself. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'operator'); // an account without a name, as in some containers
  }
}
