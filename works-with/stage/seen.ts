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
  const run = { on: new Date().toISOString().slice(0, 10), seen: withoutAddresses(seen) };
  const all = { ...(await readSeen()), [name]: run };
  const sorted = Object.fromEntries(Object.entries(all).toSorted(([one], [other]) => one.localeCompare(other)));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Ports and ids differ from run to run, and tell a reader nothing. */
function withoutAddresses(seen: readonly Seen[]): Seen[] {
  const text = JSON.stringify(seen)
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://PROVIDER')
    .replaceAll(/http:\/\/(?:127\.0\.0\.2|localhost):\d+/g, 'https://GATEHOUSE')
    .replaceAll(/org_[a-z0-9]{20,}/g, 'ORGANIZATION');
  return JSON.parse(text) as Seen[];
}
