import { cp, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCommand } from '../../works-with/stage/run-command.ts';
import { listenerOf } from '../load/process-tree.ts';
import { installPackages } from './install.ts';

/** A program that runs beside packages by others. */
export interface InstalledProgram {
  origin: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a program of a rival's folder as a copy beside the packages that it imports, with this Node and as in production.
 * @param program its address, as `new URL('program/provider.mjs', import.meta.url)`
 * @param given.ready path that answers once it can be used
 * @param given.folder where its configuration and its log go
 */
export async function startInstalled(
  program: URL,
  configuration: { port: number; [setting: string]: unknown },
  given: { ready: string; folder: string },
): Promise<InstalledProgram> {
  const packages = await installPackages();
  const source = fileURLToPath(program);
  const name = basename(dirname(dirname(source)));
  const copy = join(packages, `${name}.mjs`);
  await cp(source, copy);
  const settings = join(given.folder, `${name}.json`);
  await writeFile(settings, JSON.stringify(configuration));
  const origin = `http://127.0.0.1:${configuration.port}`;
  const { stop } = await startCommand(process.execPath, [copy, settings], {
    environment: { NODE_ENV: 'production' },
    answers: `${origin}${given.ready}`,
    log: join(given.folder, `${name}.log`),
  });
  const pid = listenerOf(configuration.port);
  if (pid === undefined) throw new Error(`${name} answers, but its process is not found`);
  return { origin, pid, stop };
}
