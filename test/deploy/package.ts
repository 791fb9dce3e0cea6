import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { run } from '../../tools/project.ts';
import type { Figure } from '../faults/figures.ts';

/** What the package serves that stands in no single file of code. */
const PATHS = ['/readyz', '/console/', '/api/docs', '/api/docs/assets/scalar.js', '/.well-known/openid-configuration'];

/** Packs, installs the package into an empty folder, with an empty home and cache, and starts it there. */
export async function installPackage(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-package-'));
  const home = join(folder, 'home');
  const place = join(folder, 'place');
  try {
    await Promise.all([mkdir(home), mkdir(place)]);
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder]);
    if (packed.code !== 0) throw new Error(packed.output);
    const tarball = globSync('*.tgz', { cwd: folder })[0] ?? '';
    await writeFile(join(place, 'package.json'), '{ "private": true }');
    const environment = { HOME: home, npm_config_cache: join(home, 'cache') };
    const words = ['install', '--no-fund', '--no-audit', '--loglevel=error', join(folder, tarball)];
    const installed = await run('npm', words, { cwd: place, environment });
    if (installed.code !== 0) throw new Error(installed.output);
    const served = await serve(place, environment);
    const development = ['typescript', 'vitest', 'vite', 'react'].filter(
      (name) => globSync(`node_modules/${name}`, { cwd: place }).length > 0,
    );
    return [
      ...served,
      { what: 'development dependencies that came along', measured: development.join() || 'none', wanted: 'none' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function serve(place: string, environment: Readonly<Record<string, string>>): Promise<Figure[]> {
  const port = await freePort();
  const child = spawn('npx', ['--no', 'gatehouse', 'serve'], {
    cwd: place,
    env: { PATH: process.env['PATH'], ...environment, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: 'ignore',
    // npx does not pass SIGTERM on; a terminal tells all of the group.
    detached: true,
  });
  const gone = once(child, 'exit');
  const ask = async (path: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      (answer) => answer.status,
      () => 0,
    );
  for (let tries = 0; tries < 600 && child.exitCode === null && (await ask('/readyz')) !== 200; tries += 1) {
    await pause(100);
  }
  const figures: Figure[] = [];
  for (const path of PATHS) figures.push({ what: path, measured: await ask(path), wanted: 200 });
  process.kill(-(child.pid ?? 0), 'SIGTERM');
  await gone;
  for (let tries = 0; tries < 300 && (await ask('/healthz')) !== 0; tries += 1) await pause(100);
  figures.push({ what: 'after it was stopped', measured: await ask('/healthz'), wanted: 0 });
  return figures;
}
