/**
 * Programs by other people, installed, started and driven in a browser: `npm run peers [-- NAME…]`; `--applications` or
 * `--providers` for these alone. Each is bound in time and disk; what was seen is written to `docs/works-with/`. It is no part of
 * `npm test`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { APPLICATIONS } from './applications/applications.ts';
import type { ApplicationDrive, ProviderDrive } from './program.ts';
import { PROVIDERS } from './providers/providers.ts';
import { inviteGuests } from './stage/guests.ts';
import type { Guest } from './stage/guests.ts';
import { findMissing, installOnce } from './stage/install.ts';
import { endAll } from './stage/run-command.ts';
import { keepSeen } from './stage/seen.ts';
import { setStage } from './stage/set-stage.ts';
import type { Stage } from './stage/set-stage.ts';
import { walkApplication } from './stage/walk-application.ts';
import { walkProvider } from './stage/walk-provider.ts';
import { writePages } from './stage/write-pages.ts';

const MINUTES = 12;
/** For what is left of a program that was ended. */
const GRACE_MS = 60_000;

type Say = (what: string) => void;

/** Applications share one Gatehouse and its people. */
let shared: { stage: Stage; guests: readonly Guest[] } | undefined;

async function runApplication(name: string, drive: ApplicationDrive, say: Say): Promise<boolean> {
  const folder = await installOnce(drive.preset, drive.install, drive.bounds?.gigabytes);
  if (shared === undefined) {
    const stage = await setStage();
    shared = { stage, guests: await inviteGuests(stage) };
  }
  const seen = await walkApplication(shared.stage, shared.guests, drive, folder, say);
  for (const { act, of, result, right } of seen) say(`${right ? 'right' : 'WRONG'}  ${act}, user of ${of}: ${result}`);
  await keepSeen('applications', name, seen);
  return seen.every(({ right }) => right);
}

async function runProvider(name: string, drive: ProviderDrive, say: Say): Promise<boolean> {
  const folder = await installOnce(drive.settings, drive.install);
  await using stage = await setStage();
  const seen = await walkProvider(stage, drive, folder, say, only);
  for (const { variant, right, result, told } of seen) {
    say(`${right ? 'right' : 'WRONG'}  ${variant}: ${result}`);
    for (const { by, what, fix, place, value } of told) {
      console.log(`      ${by} ${[what, fix, place, value].filter((part) => part !== null).join(' | ')}`);
    }
  }
  if (only === undefined) await keepSeen('providers', name, seen);
  return seen.every(({ right }) => right);
}

/** One program from installing to what was seen; a sentence when it cannot be run here. */
async function runProgram(name: string, say: Say): Promise<boolean> {
  const [application, provider] = [APPLICATIONS[name], PROVIDERS[name]];
  const missing = await findMissing((application ?? provider?.settings)?.needs ?? []);
  if (missing !== undefined) {
    say(`skipped: ${missing} is not here`);
    skipped += 1;
    return true;
  }
  say('installing, unless it is in the cache');
  if (application !== undefined) return runApplication(name, application, say);
  if (provider !== undefined) return runProvider(name, provider, say);
  const known = [...Object.keys(APPLICATIONS), ...Object.keys(PROVIDERS)];
  throw new Error(`nobody is called ${name}; known are: ${known.join(', ')}`);
}

/** Ends what a program started when its time is over. */
async function withinMinutes(run: Promise<boolean>, minutes: number): Promise<boolean> {
  const tooLong = Symbol('too long');
  const bound = new AbortController();
  const timer = pause(minutes * 60_000, tooLong, { signal: bound.signal }).catch(() => tooLong);
  const first = await Promise.race([run, timer]).finally(() => bound.abort());
  if (typeof first === 'boolean') return first;
  endAll();
  await Promise.race([run.catch(() => false), pause(GRACE_MS)]);
  throw new Error(`not done after ${minutes} minutes`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endAll();
    void Promise.resolve(shared?.stage[Symbol.asyncDispose]()).finally(() => process.exit(1));
  });
}

let [wrong, skipped] = [0, 0];
/** One variant alone, to look into it: `npm run peers -- keycloak '--only=with a secret'`. */
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const kinds = ['--applications', '--providers'].filter((kind) => process.argv.includes(kind));
const names = [
  ...(kinds.includes('--providers') && kinds.length === 1 ? [] : Object.keys(APPLICATIONS)),
  ...(kinds.includes('--applications') && kinds.length === 1 ? [] : Object.keys(PROVIDERS)),
];
const chosen = named.length > 0 ? named : names;
for (const [index, name] of chosen.entries()) {
  const say: Say = (what) => console.log(`  [${index + 1}/${chosen.length}] ${name}: ${what}`);
  try {
    if (!(await withinMinutes(runProgram(name, say), APPLICATIONS[name]?.bounds?.minutes ?? MINUTES))) wrong += 1;
  } catch (error) {
    wrong += 1;
    say(error instanceof Error ? error.message : String(error));
  }
}
await shared?.stage[Symbol.asyncDispose]();
await writePages();
const how = wrong === 0 ? 'Everything that ran was as it should be' : `${wrong} went wrong`;
console.log(`\n${how}${skipped === 0 ? '' : `; ${skipped} skipped`}.`);
process.exitCode = wrong === 0 ? 0 : 1;
