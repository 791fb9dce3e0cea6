/** Runs one test file again and again in one process, each time with another mutant in force (MUTANTS_BATCH). */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { putInForce } from './in-the-worker.ts';
import { NEEDLESS, placeIn } from './sight.ts';
import type { Batch } from './sight.ts';

const { path, patience, pidFile, attempts } = JSON.parse(process.env['MUTANTS_BATCH']!) as Batch;
writeFileSync(pidFile, String(process.pid));
vi.setConfig({ testTimeout: patience, hookTimeout: patience });
/** The choices of tests with which an attempt failed and that need a control for it. */
const doubtful = new Set<string>();

for (const [index, { mutant, tests }] of attempts.entries()) {
  const title = String(index);
  const choice = JSON.stringify(tests ?? 'all');
  describe(title, async () => {
    let begun = false;
    let over = false;
    beforeAll(() => {
      if (mutant === undefined && !doubtful.has(choice)) throw new Error(NEEDLESS);
      putInForce(mutant);
    });
    afterAll(() => {
      if (!begun) doubtful.add(choice);
      putInForce(undefined);
    });
    beforeEach(({ task, skip, onTestFailed }) => {
      begun = true;
      if (over || tests?.includes(placeIn(task)) === false) skip();
      onTestFailed(() => {
        over = true;
        if (tests !== undefined) doubtful.add(choice);
      });
    });
    await import(/* @vite-ignore */ `${path}?attempt=${title}`);
  });
}
