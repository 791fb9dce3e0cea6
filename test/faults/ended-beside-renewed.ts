/**
 * Ends token families while they are refreshed, on two servers, many times: what `test/attacks/tokens-that-outlive-their-end`
 * does in a few rounds. `node test/faults/ended-beside-renewed.ts [rounds]`, 200 by default; a minute for every 25 rounds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const [rounds = '200'] = process.argv.slice(2);
const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/attacks/tokens-that-outlive-their-end.test.ts', '-t', 'rounds'],
  {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, GATEHOUSE_TEST_ROUNDS: rounds },
    stdio: 'inherit',
  },
);
const [code] = (await once(child, 'exit')) as [number | null];
process.exitCode = code ?? 1;
