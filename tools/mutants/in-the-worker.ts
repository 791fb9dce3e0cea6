/** Runs in every test worker: which mutant is active, and which ones this test file executes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';

const active = process.env['MUTANT'];
const seen = new Set<string>();

Object.assign(globalThis, {
  __mutant(id: string, value: boolean): boolean | undefined {
    seen.add(id);
    return id === active ? value : undefined;
  },
});

const folder = process.env['MUTANTS_SEEN'];
if (folder !== undefined) {
  afterAll(() => {
    mkdirSync(folder, { recursive: true });
    const { testPath = '' } = expect.getState();
    const name = Buffer.from(testPath).toString('base64url').slice(-120);
    writeFileSync(`${folder}/${name}.json`, JSON.stringify({ testPath, seen: [...seen] }));
  });
}
