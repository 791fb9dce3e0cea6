/**
 * Tries client libraries by other people against Gatehouse, each in a process of its own: `npm run clients`. Their packages
 * are installed into `test/clients/node_modules` when they are not there yet; the product never sees them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../tools/project.ts';

const MINUTE_MS = 60_000;
const here = fileURLToPath(new URL('./', import.meta.url));

async function run(command: string, parameters: string[], folder: string, minutes: number): Promise<number> {
  const child = spawn(command, parameters, { cwd: folder, stdio: 'inherit', timeout: minutes * MINUTE_MS });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function clients(): Promise<number> {
  if (!existsSync(`${here}node_modules`)) {
    const installed = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], here, 10);
    if (installed !== 0) {
      console.log('skipped: the packages of the clients could not be installed');
      return 0;
    }
  }
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/clients/vitest.config.ts'];
  return run(process.execPath, [...vitest, ...process.argv.slice(2)], projectFolder, 10);
}

process.exitCode = await clients();
