import type { ProviderDrive, ProviderSettings, Recipe } from '../program.ts';
import type { AllSeen } from './seen.ts';

type Run = AllSeen['providers'][string] | undefined;

/** The row of a provider in the overview. */
export function providerRow(name: string, settings: ProviderSettings, run: Run): string {
  const right = run?.seen.filter((one) => one.right).map(({ variant }) => variant) ?? [];
  const wrong = run?.seen.filter((one) => !one.right).map(({ variant }) => `**not ${variant}**`) ?? [];
  const what = run === undefined ? 'not run yet' : [...right, ...wrong].join(', ');
  const lacks = settings.lacks.join(' ');
  return `| [${settings.name}](${name}.md) | ${settings.version} | ${run?.on ?? ''} | ${what} | ${lacks} |`;
}

/** How a program is connected as identity provider, and what a run saw. */
export function providerGuide({ settings, not }: ProviderDrive, run: Run): string {
  const { withSecret, withoutSecret, lacks } = settings;
  const without = 'not' in withoutSecret ? `${withoutSecret.not}\n` : recipe(settings.name, withoutSecret);
  const seen = run?.seen ?? [];
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

## What was seen${run === undefined ? '' : ` on ${run.on}`}

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
