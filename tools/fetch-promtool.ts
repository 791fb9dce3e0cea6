/**
 * Fetches promtool of Debian's package `prometheus`, which checks the alert rules in `deploy/prometheus`: unpacked into `.cache`, not
 * installed, so nothing is started and no right is needed. Where apt is not there, says in one sentence what is not checked; that is no
 * failure but in CI.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { apt, mayInstall } from './apt.ts';
import { projectFolder, run } from './project.ts';
import { findPromtool } from './promtool.ts';

const folder = join(projectFolder, '.cache/promtool');

async function fetchPromtool(): Promise<void> {
  if (!existsSync('/usr/bin/apt-get')) throw new Error('there is no apt');
  // The lists of packages may be old, or not there yet.
  if (mayInstall()) await apt('update');
  await mkdir(folder, { recursive: true });
  const steps =
    'apt-get -q download prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool';
  const { code, output } = await run('sh', ['-c', `cd '${folder}' && ${steps}`]);
  if (code !== 0) throw new Error(output.trim());
  for (const file of await readdir(folder)) if (file.endsWith('.deb')) await rm(join(folder, file));
}

try {
  if (findPromtool() === undefined) await fetchPromtool();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.log(`The alert rules are not checked by promtool, which Debian's package "prometheus" brings: ${reason}`);
  if (process.env['CI'] !== undefined) process.exitCode = 1;
}
