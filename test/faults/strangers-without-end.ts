import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figures.ts';

/** What a run of vitest writes as JSON, as far as it is read. */
interface Report {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

/**
 * Requests that anybody can send, so many of each kind: what `test/attacks/refused-requests-without-end` does with a few
 * hundred. Each of its tests holds or fails.
 */
export async function strangersWithoutEnd(requests: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-strangers-'));
  const outputFile = join(folder, 'report.json');
  const file = 'test/attacks/refused-requests-without-end.test.ts';
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', file, '--reporter=json', `--outputFile=${outputFile}`],
    {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { ...process.env, GATEHOUSE_TEST_STRANGERS: String(requests) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await once(child, 'exit');
  const { testResults } = JSON.parse(await readFile(outputFile, 'utf8')) as Report;
  await rm(folder, { recursive: true });
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return [
    { what: 'requests of each kind', measured: requests },
    ...results.map(({ title, status, failureMessages: [failure = status] }) => ({
      what: title,
      measured: status === 'passed' ? status : failure.split('\n')[0]!,
      wanted: 'passed',
    })),
    { what: 'tests that ran', measured: String(results.length > 0), wanted: 'true' },
  ];
}
