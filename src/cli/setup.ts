import { AppError } from '../base/errors.ts';
import { createSetupLink } from '../invitations/create-setup-link.ts';
import { publicUrlOf } from './installation/data-folder.ts';
import { openInstallation, prepareDatabase } from './installation/installation.ts';
import type { Installation, InstallationDeps } from './installation/installation.ts';
import type { Result } from './terminal.ts';

/** `gatehouse setup`: prints the link that creates the root organization and its first administrator. Throws `setup.closed`. */
export async function setUp(deps: InstallationDeps, options: { organization: string; email: string }): Promise<Result> {
  await using installation = await openInstallation(deps);
  await prepareDatabase(deps, installation.database);
  const { url, expiresAt } = await createSetupLink(
    { ...deps, db: installation.database.db, config: { publicUrl: await publicUrlOf(deps.config) } },
    { organizationName: options.organization, email: options.email },
  );
  return { data: { url, expiresAt: expiresAt.toISOString() }, text: deps.t('cli.setup.link', { url }) };
}

/** Makes a setup link at each start until one was accepted; then undefined. */
export async function openSetupLink(deps: InstallationDeps, { database }: Installation): Promise<string | undefined> {
  try {
    return (await createSetupLink({ ...deps, db: database.db })).url;
  } catch (error) {
    if (error instanceof AppError && error.code === 'setup.closed') return undefined;
    throw error;
  }
}
