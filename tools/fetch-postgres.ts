/**
 * Makes sure that a PostgreSQL which is not ours is on the machine, for the suite's second pass. Debian and its derivatives: as
 * root it is installed by apt, without the cluster that the package would otherwise create and start. Says in one
 * sentence what to do where that is not possible; exit code 1 then.
 */
import { existsSync, globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { apt, mayInstall } from './apt.ts';

const settings = '/etc/postgresql-common/createcluster.conf';

function installed(): string | undefined {
  return globSync('/usr/lib/postgresql/*/bin/initdb').at(0);
}

async function fetchPostgres(): Promise<void> {
  if (!mayInstall()) {
    throw new Error('The suite needs a PostgreSQL of the operating system: install its package "postgresql".');
  }
  console.log('Installing PostgreSQL from the operating system …');
  await apt('update');
  await apt('install', '--no-install-recommends', 'postgresql-common');
  const before = existsSync(settings) ? await readFile(settings, 'utf8') : '';
  await writeFile(settings, `${before.replaceAll(/^create_main_cluster.*$/gm, '')}\ncreate_main_cluster = false\n`);
  await apt('install', '--no-install-recommends', 'postgresql');
  if (installed() === undefined) throw new Error('apt installed PostgreSQL, but not below /usr/lib/postgresql.');
}

try {
  if (installed() === undefined) await fetchPostgres();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
