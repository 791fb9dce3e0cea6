/**
 * Types, lint and format at once: `npm run check`. With `--fix`: safe lint fixes, then the formatter writes.
 * Exit code 0 when all pass; otherwise the output of what failed is printed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder, run } from './project.ts';

const fix = process.argv.includes('--fix');

const jobs: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ...(existsSync(join(projectFolder, 'console/tsconfig.json'))
    ? [['types of the console', 'tsc', '-p', 'console/tsconfig.json'] as const]
    : []),
  ['lint', 'oxlint', '--type-aware', ...(fix ? ['--fix'] : [])],
  ['format', 'oxfmt', ...(fix ? [] : ['--check'])],
];

async function check([name, command, ...args]: (typeof jobs)[number]): Promise<boolean> {
  const started = performance.now();
  const { code, output } = await run(command, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trim());
  return code === 0;
}

const passed: boolean[] = [];
if (fix) for (const job of jobs) passed.push(await check(job));
else passed.push(...(await Promise.all(jobs.map(check))));
process.exitCode = passed.every(Boolean) ? 0 : 1;
