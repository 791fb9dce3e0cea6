import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { TestModule, TestSpecification, Vitest } from 'vitest/node';
import { projectFolder } from '../project.ts';
import type { Mutant } from './find-mutants.ts';
import { digestOf } from './memory.ts';
import type { Learned, Memory } from './memory.ts';
import type { Sight } from './sight.ts';

/**
 * Runs test files without any mutant and notes for whom each mutant makes a difference. Files that are as they were
 * are not run again, unless there is a new condition in what they come by.
 */
export async function learnTests(
  vitest: Vitest,
  specifications: readonly TestSpecification[],
  mutants: readonly Mutant[],
  memory: Memory,
): Promise<void> {
  const known = new Set(memory.known);
  const changed = new Set(mutants.filter(({ id }) => !known.has(id)).map(({ file }) => file));
  const stale = specifications.filter((one) => {
    const learned = memory.learned[pathOf(one)];
    if (learned === undefined || learned.digest !== digestOf(pathOf(one)) || !learned.ok) return true;
    return learned.touches.some((file) => changed.has(file));
  });
  if (stale.length > 0) console.log(`${stale.length} test files without any mutant …`);
  await learn(vitest, stale, memory);
  // On a busy machine a test may fail by chance.
  await learn(
    vitest,
    stale.filter((one) => !memory.learned[pathOf(one)]!.ok),
    memory,
  );
  for (const one of stale) {
    if (!memory.learned[pathOf(one)]!.ok) console.log(`left out, fails without any mutant: ${pathOf(one)}`);
  }
  memory.known = [...new Set([...known, ...mutants.map(({ id }) => id)])];
}

export const pathOf = ({ moduleId }: { moduleId: string }): string => relative(projectFolder, moduleId);

async function learn(vitest: Vitest, specifications: TestSpecification[], memory: Memory): Promise<void> {
  if (specifications.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mutants-'));
  process.env['MUTANTS_LEARN'] = folder;
  const { testModules } = await vitest.runTestSpecifications(specifications, true);
  delete process.env['MUTANTS_LEARN'];
  const sights = new Map(
    readdirSync(folder).map((name) => {
      const sight = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Sight;
      return [sight.path, sight];
    }),
  );
  rmSync(folder, { recursive: true, force: true });
  // Vitest answers with what it ran before as well.
  const asked = new Set(specifications.map(({ moduleId }) => moduleId));
  for (const one of testModules) {
    if (asked.has(one.moduleId)) memory.learned[pathOf(one)] = learnt(one, sights.get(one.moduleId));
  }
}

function learnt(module: TestModule, sight: Sight | undefined): Learned {
  const tests = [...module.children.allTests()].map((one) => one.diagnostic()?.duration ?? 0);
  const inTests = tests.reduce((sum, one) => sum + one, 0);
  return {
    digest: digestOf(pathOf(module)),
    ok: module.ok(),
    hooks: Math.max(0, module.diagnostic().duration - inTests),
    tests,
    differs: sight?.differs ?? {},
    touches: sight?.touches ?? [],
  };
}
