import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRESETS } from '../applications/presets.ts';
import { PROVIDERS } from '../providers/providers.ts';
import { applicationGuide, applicationRow } from './application-guide.ts';
import { providerGuide, providerRow } from './provider-guide.ts';
import { pagesFolder, readSeen } from './seen.ts';
import type { AllSeen } from './seen.ts';

/** Writes `docs/works-with/`: one guide a program from its settings, and what runs saw. */
export async function writePages(): Promise<void> {
  await mkdir(pagesFolder, { recursive: true });
  const seen = await readSeen();
  const guides = [
    ...PRESETS.map((preset) => [preset.id, applicationGuide(preset, seen.applications[preset.id])] as const),
    ...Object.entries(PROVIDERS).map(([name, drive]) => [name, providerGuide(drive, seen.providers[name])] as const),
  ];
  for (const [name, text] of guides) await writeFile(join(pagesFolder, `${name}.md`), text);
  await writeFile(join(pagesFolder, 'README.md'), overview(seen));
}

function overview({ applications, providers }: AllSeen): string {
  return `# Works with

Programs by other people that were installed, started and driven in a browser against Gatehouse: \`npm run peers\`. This page and
the guides are written by it.

## Applications

Each registered by what its guide says, the texts of the guide pasted as they are. A user of the root and one of a managed
organization log in, and again with the session that is left at Gatehouse: nothing is asked. One logs out there, the other of
Gatehouse.

| program | version | on | what was seen | what it lacks |
|---|---|---|---|---|
${PRESETS.map((preset) => applicationRow(preset, applications[preset.id])).join('\n')}

## Identity providers

Each as the provider of a managed organization. *With a secret* and *without a secret*: a person logs in by invitation, and
again with the session that is left there. The others are mistakes: right means that *Test* and *Why?* name the cause and
the place to change.

| program | version | on | what was seen | what it lacks |
|---|---|---|---|---|
${Object.entries(PROVIDERS)
  .map(([name, { settings }]) => providerRow(name, settings, providers[name]))
  .join('\n')}
`;
}
