/**
 * `npm run faults [-- NAME…]`: real faults, outside of `npm test`. Runs all, or those named; prints each as a table, and writes the
 * sections of those that ran into `docs/reliability.md`. Fails when a figure is not as it must be. `-- --list` names them;
 * `-- --print` writes nothing; `-- soak [MINUTES [RATE]]` is a load of its own, 30 minutes by default, and no part of the lot.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { FAULTS } from './faults.ts';
import type { Fault } from './faults.ts';
import { isGood, toTable, wrongOnes } from './figures.ts';
import type { Figure } from './figures.ts';
import { writeSection } from './reliability-page.ts';

// What was started ends with this process, also when it is asked to stop.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const words = process.argv.slice(2);
if (words[0] === 'soak') await runSoak(words.slice(1).filter((word) => !word.startsWith('--')));
const asJson = words.includes('--json');
const printOnly = words.includes('--print') || asJson;
const named = words.filter((word) => !word.startsWith('--'));
const stranger = named.find((word) => FAULTS[word] === undefined);
if (stranger !== undefined || words.includes('--list')) {
  if (stranger !== undefined) console.error(`There is no fault ${stranger}.`);
  for (const [name, { title, inside }] of Object.entries(FAULTS)) if (inside !== true) console.log(`${name}: ${title}`);
  process.exit(stranger === undefined ? 0 : 2);
}

const chosen = Object.entries(FAULTS).filter(([name, fault]) =>
  named.length === 0 ? fault.inside !== true : named.includes(name),
);
const began = performance.now();
const minutesSince = (from: number): string => `${((performance.now() - from) / 60_000).toFixed(1)} min`;
const failures: string[] = [];
for (const [place, [name, fault]] of chosen.entries()) {
  if (!asJson) console.error(`[${place + 1} of ${chosen.length}, ${minutesSince(began)}] ${name}: ${fault.title}`);
  const figures = await runBounded(name, fault);
  if (asJson) console.log(JSON.stringify(figures));
  else console.log(`\n## ${fault.title}\n\n${toTable(figures)}\n`);
  if (!isGood(figures)) failures.push(...wrongOnes(figures).map((wrong) => `${name}: ${wrong}`));
  if (!printOnly) await writeSection(name, fault, figures);
}
if (!asJson) console.error(`${chosen.length} in ${minutesSince(began)}`);
for (const failure of failures) console.error(`not as it must be: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);

/** `soak [MINUTES [LOGINS A SECOND]]`; its section is written unless `--print` is given. */
async function runSoak([minutes = '30', rate]: readonly string[]): Promise<never> {
  const { soak } = await import('./soak/soak.ts');
  const fault: Fault = {
    title: 'A long load',
    about:
      'Logins at a fixed rate, seven tenths of what the machine can do at most, one of ten from nothing; client, identity provider and database run on the same machine. Memory, descriptors and sizes of tables every 30 seconds. The first third is the warm-up. Flat: the median of the last third of what follows is at most a tenth (and 10 MiB, or 8 descriptors) above that of its first third. Tables keep what each login leaves for as long as the policies say; they may not grow faster than in the warm-up.',
    run: async () => soak(Number(minutes), rate === undefined ? undefined : Number(rate)),
    minutes: Number(minutes) + 8,
  };
  const figures = await runBounded('soak', fault);
  console.log(`\n## ${fault.title}\n\n${toTable(figures)}\n`);
  if (!process.argv.includes('--print')) await writeSection('soak', fault, figures);
  for (const wrong of wrongOnes(figures)) console.error(`not as it must be: ${wrong}`);
  process.exit(isGood(figures) ? 0 : 1);
}

/** Nothing may hang: one that takes longer than its bound, or throws, is a figure that is not as it must be. */
async function runBounded(name: string, fault: Fault): Promise<Figure[]> {
  const late = pause(fault.minutes * 60_000, undefined, { ref: false }).then((): never => {
    throw new Error(`not done within ${fault.minutes} minutes`);
  });
  try {
    return await Promise.race([fault.run(), late]);
  } catch (error) {
    console.error(error);
    return [
      { what: `${name} ended with`, measured: error instanceof Error ? error.message : String(error), wanted: '' },
    ];
  }
}
