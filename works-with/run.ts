/**
 * Programs by other people, installed, started and driven in a browser: `npm run peers [-- NAME…]`. Each is bound in time and disk; what
 * was seen is written to `docs/works-with/`. It is no part of `npm test`.
 */
import { writePages } from './stage/write-pages.ts';
import { findMissing, installOnce } from './stage/install.ts';
import { keepSeen } from './stage/seen.ts';
import { setStage } from './stage/set-stage.ts';
import { walkProvider } from './stage/walk-provider.ts';
import { PROVIDERS } from './providers/providers.ts';

const MINUTES = 12;

/** One provider from installing to what was seen; a sentence when it cannot be run here. */
async function runProvider(name: string): Promise<boolean> {
  const drive = PROVIDERS[name];
  if (drive === undefined) throw new Error(`nobody is called ${name}; known are: ${Object.keys(PROVIDERS).join(', ')}`);
  const { settings } = drive;
  const say = (what: string): void => console.log(`  ${settings.name} ${settings.version}: ${what}`);
  const missing = await findMissing(settings.needs);
  if (missing !== undefined) {
    say(`skipped: ${missing} is not here`);
    return true;
  }
  say('installing, unless it is in the cache');
  const folder = await installOnce(settings, drive.install);
  await using stage = await setStage();
  const seen = await walkProvider(stage, drive, folder, say, only);
  for (const { variant, right, result, told } of seen) {
    say(`${right ? 'right' : 'WRONG'}  ${variant}: ${result}`);
    for (const { by, what, fix, place, value } of told) {
      console.log(`      ${by} ${[what, fix, place, value].filter((part) => part !== null).join(' | ')}`);
    }
  }
  if (only === undefined) await keepSeen(name, seen);
  return seen.every(({ right }) => right);
}

/** One variant alone, to look into it: `npm run peers -- keycloak '--only=with a secret'`. */
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const names = process.argv.slice(2).filter((word) => !word.startsWith('-'));
let wrong = 0;
for (const name of names.length > 0 ? names : Object.keys(PROVIDERS)) {
  const guard = setTimeout(() => {
    console.error(`  ${name}: not done after ${MINUTES} minutes`);
    process.exit(1);
  }, MINUTES * 60_000);
  try {
    if (!(await runProvider(name))) wrong += 1;
  } catch (error) {
    wrong += 1;
    console.error(`  ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  clearTimeout(guard);
}
await writePages();
console.log(wrong === 0 ? '\nEverything was as it should be.' : `\n${wrong} went wrong.`);
process.exitCode = wrong === 0 ? 0 : 1;
