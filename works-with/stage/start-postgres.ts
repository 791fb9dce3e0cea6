import { join } from 'node:path';
import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { postgresProgram } from '../../src/db/embedded/postgres-program.ts';
import type { Running } from './run-command.ts';

const PATIENCE_MS = 30_000;
const LOOK_MS = 200;

/** The PostgreSQL that npm installed, for a program that keeps its data there: on loopback, for this run alone. */
export async function startPostgres(data: string): Promise<Running & { url: string }> {
  const folder = join(data, 'postgres');
  const program = await postgresProgram(folder);
  const words = ['-D', folder, '--username=program', '--auth=trust', '--encoding=UTF8', '--no-sync'];
  await program.run('initdb', words);
  const port = await freePort();
  const settings = ['-D', folder, '-h', '127.0.0.1', '-p', String(port), '-k', '', '-F'];
  const child = await program.start(settings, join(data, 'postgres.log'));
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const endNow = (): void => void child.kill('SIGKILL');
  process.on('exit', endNow);
  const stop = async (): Promise<void> => {
    child.kill('SIGINT'); // fast shutdown
    await ended;
    process.off('exit', endNow);
  };
  const url = `postgres://program@127.0.0.1:${port}/postgres?sslmode=disable`;
  const until = Date.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (Date.now() > until) {
      await stop();
      throw new Error('the database of the program does not answer');
    }
    await pause(LOOK_MS);
  }
  return { url, stop, [Symbol.asyncDispose]: stop };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
