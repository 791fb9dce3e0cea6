// `npm run faults [-- NAME…]`: real faults, outside of `npm test`. Prints figures; fails when one is not as it must be.
import { breakBackups } from './backups/broken-backups.ts';
import { fillArchive } from './backups/full-archive.ts';
import { loseMachine } from './backups/lost-machine.ts';
import { databaseAway } from './database-away.ts';
import { databasesPeopleHave } from './databases.ts';
import { isGood, toRows } from './figures.ts';
import type { Figure } from './figures.ts';
import { fullDisk } from './full-disk.ts';
import { killEverythingAgain } from './kill-everything.ts';
import { runInNamespace } from './namespace.ts';
import { restartInTurn } from './rolling-restarts.ts';

/** Nothing of it may hang: this ends a run that does. */
const MOST_MINUTES = 60;

interface Fault {
  title: string;
  run(): Promise<Figure[]>;
  /** Run by `run` of another, in a namespace. */
  inside?: true;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  kill: { title: 'Everything killed (kill -9) under load', run: async () => killEverythingAgain(80) },
  'kill-unreaped': {
    title: 'The same where the first process collects no zombies',
    run: async () => runInNamespace('pid', ['kill-inside']),
  },
  'kill-inside': { title: '', run: async () => killEverythingAgain(20), inside: true },
  rolling: { title: 'Two servers restarted in turn behind a balancer', run: async () => restartInTurn(20, 10_000) },
  disk: { title: 'A full disk', run: async () => runInNamespace('mount', ['disk-inside']) },
  'disk-inside': { title: '', run: fullDisk, inside: true },
  backup: { title: 'A backup that is not as it was, as backup verify --wal sees it', run: breakBackups },
  archive: { title: 'The disk of the archived log full', run: async () => runInNamespace('mount', ['archive-inside']) },
  'archive-inside': { title: '', run: fillArchive, inside: true },
  'lost-machine': { title: 'The machine lost under logins, restored to a moment', run: loseMachine },
  database: { title: 'The database away, then silent', run: databaseAway },
  databases: { title: 'Databases people have', run: databasesPeopleHave },
};

setTimeout(() => {
  console.error(`not done within ${MOST_MINUTES} minutes`);
  process.exit(1);
}, MOST_MINUTES * 60_000).unref();

const words = process.argv.slice(2);
const asJson = words.includes('--json');
const named = words.filter((word) => word !== '--json');
for (const [name, fault] of Object.entries(FAULTS)) {
  if (named.length === 0 ? fault.inside === true : !named.includes(name)) continue;
  const figures = await fault.run();
  if (asJson) console.log(JSON.stringify(figures));
  else console.log(`\n## ${fault.title}\n\n| | measured | must be |\n|---|---|---|\n${toRows(figures)}`);
  if (!isGood(figures)) process.exitCode = 1;
}
