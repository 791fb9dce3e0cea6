import { createRecoveryLink } from '../authenticators/ask-for-reset.ts';
import { AppError } from '../base/errors.ts';
import { formatId } from '../base/ids.ts';
import type { OrganizationId } from '../base/ids.ts';
import { actorOf } from '../audit/record-event.ts';
import { parseEmailAddress } from '../users/email-address.ts';
import { findUsersByAddress } from '../users/find-users.ts';
import type { User } from '../users/user.ts';
import { publicUrlOf } from './installation/data-folder.ts';
import { openInstallation, prepareDatabase } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import { operatorCaller } from './operator.ts';
import type { Result } from './terminal.ts';

/**
 * `gatehouse recover`: prints a link with which a user who is locked out chooses a new password and enrolls anew.
 * Throws `user.not-found`, also when the address belongs to several users and none of them is the root organization's.
 */
export async function recover(
  deps: InstallationDeps,
  options: { email: string; organization?: OrganizationId },
): Promise<Result> {
  const { config, clock, t } = deps;
  const { key, email } = parseEmailAddress(options.email);
  await using installation = await openInstallation(deps);
  await prepareDatabase(deps, installation.database);
  const { db } = installation.database;
  const operator = await operatorCaller({ db, t });
  const users = await findUsersByAddress({ db }, key);
  const user = choose(users, options.organization) ?? choose(users, operator.organizationId) ?? only(users);
  if (user === undefined || (options.organization !== undefined && user.organizationId !== options.organization)) {
    const organizations = users.map(({ organizationId }) => formatId('org', organizationId)).join(', ');
    const detail =
      users.length === 0 ? t('cli.recover.unknown', { email }) : t('cli.recover.several', { email, organizations });
    throw new AppError('user.not-found', { detail });
  }
  const { url, expiresAt } = await createRecoveryLink(
    { db, clock, publicUrl: await publicUrlOf(config) },
    { organizationId: user.organizationId, userId: user.id, email: user.email },
    actorOf(operator),
  );
  return {
    data: { url, expiresAt: expiresAt.toISOString(), userId: formatId('usr', user.id) },
    text: t('cli.recover.link', { url, email: user.email }),
  };
}

function choose(users: readonly User[], organizationId: OrganizationId | undefined): User | undefined {
  return users.find((user) => user.organizationId === organizationId);
}

function only(users: readonly User[]): User | undefined {
  return users.length === 1 ? users[0] : undefined;
}
