import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

const minutes = (count: number): number => count * 60_000;

// Compiled code is kept between the processes that tests start, as the launcher keeps it: they start in half the time.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('.cache/compiled', import.meta.url));

/** Starts once what a whole run shares, whichever projects run; files ask for their own database there. */
const globalSetup = ['test/support/global-setup.ts'].filter((file) => existsSync(new URL(file, import.meta.url)));

/** Only while `tools/statement-cover.ts` asks. */
const setupFiles = process.env['STATEMENTS_FOLDER'] === undefined ? [] : ['test/support/record-statements.ts'];

interface Project {
  readonly name: string;
  readonly include: string[];
  /** Whether each file loads the service anew. Loading takes longer than most files run, and half of what all units need. */
  readonly isolate: boolean;
  /** Imports files of the console (`.tsx`), which Node does not read: vite does. */
  readonly readsConsole?: boolean;
  /** Nothing is timed in a test: this only ends what hangs, and allows for a slow, busy machine. */
  readonly patience: number;
}

const projects: readonly Project[] = [
  {
    name: 'unit',
    include: [
      'src/**/*.test.ts',
      'console/**/*.test.ts',
      'tools/**/*.test.ts',
      'bench/**/*.test.ts',
      'works-with/*.test.ts',
      'works-with/stage/*.test.ts',
    ],
    isolate: false,
    readsConsole: true,
    patience: minutes(1),
  },
  { name: 'upkeep', include: ['test/upkeep/**/*.test.ts'], isolate: false, patience: minutes(2) },
  // The doubles prove themselves: mailbox, browsers, identity providers. They need no service and no database.
  {
    name: 'world',
    include: ['test/support/**/*.test.ts', 'demo/**/*.test.ts'],
    isolate: false,
    patience: minutes(2),
  },
  { name: 'flows', include: ['test/flows/**/*.test.ts'], isolate: false, patience: minutes(5) },
  {
    name: 'attacks',
    include: ['test/attacks/**/*.test.ts'],
    isolate: false,
    patience: minutes(5),
  },
  // By the names of the OpenID Foundation's test plans and modules: docs/conformance.md.
  // The direct way against the library; npm run differential sends more.
  { name: 'differential', include: ['test/differential/**/*.test.ts'], isolate: false, patience: minutes(60) },
  { name: 'conformance', include: ['test/conformance/**/*.test.ts'], isolate: false, patience: minutes(5) },
  {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    isolate: false,
    patience: minutes(10),
  },
];

/**
 * What the suite runs as one project (`SUITE_TOGETHER`): a worker stays within a project, and the next project's has to load the
 * service anew, which takes as long as several files run. Apart they are there for who runs some of them.
 */
const SERVICE = ['flows', 'attacks', 'differential', 'conformance', 'browser'];
const inService = projects.filter(({ name }) => SERVICE.includes(name));
const service: Project = {
  name: 'service',
  include: inService.flatMap(({ include }) => include),
  isolate: false,
  patience: minutes(10),
};
const chosen =
  process.env['SUITE_TOGETHER'] === undefined
    ? projects
    : [...projects.filter((each) => !inService.includes(each)), service];

export default defineConfig({
  test: {
    globalSetup,
    passWithNoTests: true,
    // One more than two cores: there is always a file that waits for a server, a browser, a lock.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: chosen.map(({ name, include, isolate, readsConsole, patience }) => ({
      test: {
        name,
        include,
        setupFiles,
        pool: 'forks',
        isolate,
        // Node runs the sources as it runs the service; vite would transform all of them for each project before its first test.
        experimental: { viteModuleRunner: readsConsole ?? false, nodeLoader: false },
        testTimeout: patience,
        hookTimeout: patience,
        // expect.poll waits one second unless told: too short on a busy machine
        expect: { poll: { timeout: minutes(1) } },
      },
    })),
  },
});
