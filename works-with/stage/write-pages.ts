import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProviderDrive, Recipe } from '../program.ts';
import { PROVIDERS } from '../providers/providers.ts';
import { pagesFolder, readSeen } from './seen.ts';
import type { AllSeen } from './seen.ts';

/** Writes `docs/works-with/`: one guide a program from its settings, and what runs saw. */
export async function writePages(): Promise<void> {
  await mkdir(pagesFolder, { recursive: true });
  const seen = await readSeen();
  for (const [name, drive] of Object.entries(PROVIDERS)) {
    await writeFile(join(pagesFolder, `${name}.md`), guide(name, drive, seen));
  }
  await writeFile(join(pagesFolder, 'README.md'), overview(seen));
}

function overview(seen: AllSeen): string {
  const rows = Object.entries(PROVIDERS).map(([name, { settings }]) => {
    const run = seen[name];
    const right = run?.seen.filter((one) => one.right).map(({ variant }) => variant) ?? [];
    const wrong = run?.seen.filter((one) => !one.right).map(({ variant }) => `**not ${variant}**`) ?? [];
    const what = run === undefined ? 'not run yet' : [...right, ...wrong].join(', ');
    const lacks = settings.lacks.join(' ');
    return `| [${settings.name}](${name}.md) | ${settings.version} | ${run?.on ?? ''} | ${what} | ${lacks} |`;
  });
  return `# Works with

Programs by other people that were installed, started and driven in a browser against Gatehouse: \`npm run peers\`. This page and
the guides are written by it.

## Identity providers

Each as the provider of a managed organization. *With a secret* and *without a secret*: a person logs in by invitation, and
again with the session that is left there. The others are mistakes: right means that *Test* and *Why?* name the cause and
the place to change.

| program | version | on | what was seen | what it lacks |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function guide(name: string, { settings, not }: ProviderDrive, all: AllSeen): string {
  const { withSecret, withoutSecret, lacks } = settings;
  const without = 'not' in withoutSecret ? `${withoutSecret.not}\n` : recipe(settings.name, withoutSecret);
  const seen = all[name]?.seen ?? [];
  const told = seen.flatMap(({ variant, result, told: ways }) => [
    `| ${variant} | ${result} | ${ways.map(({ by, what, fix, place, value }) => `*${by}* ${[what, fix, place, value].filter((part) => part !== null).join(' · ')}`).join('<br>')} |`,
  ]);
  const never = Object.entries(not).map(([variant, reason]) => `- *${variant}* is not tried: ${reason}`);
  return `# ${settings.name} ${settings.version} as identity provider

\`{redirectUrl}\` is the redirect URL that *Authentication settings* shows for the choice made there.

## With a client secret

${recipe(settings.name, withSecret)}
## Without a client secret

${without}
## What to know

${lacks.map((line) => `- ${line}`).join('\n')}

## What was seen${all[name] === undefined ? '' : ` on ${all[name].on}`}

| tried | what came of it | what administrators read |
|---|---|---|
${told.join('\n')}
${never.length > 0 ? `\n${never.join('\n')}\n` : ''}`;
}

function recipe(name: string, { there, here }: Recipe): string {
  const steps = there.map((step, index) => `${index + 1}. ${step}`);
  const fields = Object.entries(here).map(([field, value]) => `- ${field}: ${value}`);
  return `At ${name}:

${steps.join('\n')}

In *Authentication settings*, method *OpenID Connect*:

${fields.join('\n')}
`;
}
