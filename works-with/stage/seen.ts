import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import type { Seen } from './walk-provider.ts';

/** What the last run of each program saw. */
export type AllSeen = Readonly<Record<string, { on: string; seen: readonly Seen[] }>>;

export const pagesFolder = join(projectFolder, 'docs', 'works-with');
const file = join(pagesFolder, 'seen.json');

export async function readSeen(): Promise<AllSeen> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as AllSeen) : {};
}

/** Puts one program's run in the place of its last one. */
export async function keepSeen(name: string, seen: readonly Seen[]): Promise<void> {
  const all = { ...(await readSeen()), [name]: { on: new Date().toISOString().slice(0, 10), seen } };
  const sorted = Object.fromEntries(Object.entries(all).toSorted(([one], [other]) => one.localeCompare(other)));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(sorted, null, 2)}\n`);
}
