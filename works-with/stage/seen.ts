import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import type { Done } from './walk-application.ts';
import type { Seen } from './walk-provider.ts';

type Runs<One> = Readonly<Record<string, { on: string; seen: readonly One[] }>>;

/** What the last run of each program saw. */
export interface AllSeen {
  applications: Runs<Done>;
  providers: Runs<Seen>;
}

export const pagesFolder = join(projectFolder, 'docs', 'works-with');
const file = join(pagesFolder, 'seen.json');

export async function readSeen(): Promise<AllSeen> {
  if (!existsSync(file)) return { applications: {}, providers: {} };
  return JSON.parse(await readFile(file, 'utf8')) as AllSeen;
}

/** Puts one program's run in the place of its last one. */
export async function keepSeen<Kind extends keyof AllSeen>(
  kind: Kind,
  name: string,
  seen: AllSeen[Kind][string]['seen'],
): Promise<void> {
  const run = { on: new Date().toISOString().slice(0, 10), seen: withoutAddresses(kind, seen) };
  const all = await readSeen();
  const runs = Object.entries({ ...all[kind], [name]: run });
  const sorted = Object.fromEntries(runs.toSorted(([one], [other]) => one.localeCompare(other)));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...all, [kind]: sorted }, null, 2)}\n`);
}

/** Ports and ids differ from run to run, and tell a reader nothing. */
function withoutAddresses(kind: keyof AllSeen, seen: unknown): unknown {
  const text = JSON.stringify(seen)
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, kind === 'providers' ? 'https://PROVIDER' : 'https://PROGRAM')
    .replaceAll(/http:\/\/(?:127\.0\.0\.2|localhost):\d+/g, 'https://GATEHOUSE')
    .replaceAll(/org_[a-z0-9]{20,}/g, 'ORGANIZATION');
  return JSON.parse(text);
}
