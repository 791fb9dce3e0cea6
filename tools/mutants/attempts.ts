/** Runs one test file again and again in one process, each time with another mutant in force (MUTANTS_BATCH). */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { putInForce } from './in-the-worker.ts';
import { NEEDLESS } from './sight.ts';
import type { Batch } from './sight.ts';

const { path, patience, pidFile, attempts } = JSON.parse(process.env['MUTANTS_BATCH']!) as Batch;
writeFileSync(pidFile, String(process.pid));
vi.setConfig({ testTimeout: patience, hookTimeout: patience });
/** The choices of tests with which an attempt failed: a control is for them alone. */
const failed = new Set<string>();

for (const [index, { mutant, tests }] of attempts.entries()) {
  const title = String(index);
  const choice = JSON.stringify(tests);
  describe(title, async () => {
    let over = false;
    beforeAll(() => {
      if (mutant === undefined && !failed.has(choice)) throw new Error(NEEDLESS);
      putInForce(mutant);
    });
    afterAll(() => {
      putInForce(undefined);
    });
    beforeEach(({ task, skip, onTestFailed }) => {
      if (over || tests?.includes(task.fullTestName.slice(`${title} > `.length)) === false) skip();
      onTestFailed(() => {
        over = true;
        failed.add(choice);
      });
    });
    await import(/* @vite-ignore */ `${path}?attempt=${title}`);
  });
}
