import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder, run } from '../../tools/project.ts';
import { findPromtool } from '../../tools/promtool.ts';

const folder = join(projectFolder, 'deploy/prometheus');

test('promtool finds the alert rules right, and they raise what their own tests say', async () => {
  const promtool = findPromtool();
  if (promtool === undefined) {
    console.warn('The alert rules are not checked: promtool is not there (node tools/fetch-promtool.ts).');
    expect(process.env['CI']).toBeUndefined();
    return;
  }
  for (const [what, file] of [
    ['check', 'gatehouse.rules.yaml'],
    ['test', 'gatehouse.rules.test.yaml'],
  ] as const) {
    const { code, output } = await run(promtool, [what, 'rules', join(folder, file)]);
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  }
});
