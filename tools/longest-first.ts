import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { projectFolder } from './project.ts';

/** Test files that run for half a minute and more, the longest first: begun last, one would run when all others are done. */
export const LONGEST: readonly string[] = [
  'test/browser/console-is-accessible.test.ts',
  'test/browser/log-in-pages-are-accessible.test.ts',
  'test/browser/console-sentences-come-from-a-catalog.test.ts',
  'test/attacks/any-field-spoiled.test.ts',
  'test/attacks/a-backup-that-must-not-be-used.test.ts',
  'test/flows/embedded-database.test.ts',
  'test/flows/back-up-and-restore.test.ts',
  'test/flows/back-up-another-database.test.ts',
  'test/flows/rotate-the-master-key.test.ts',
  'test/flows/a-schema-other-than-public.test.ts',
  'test/differential/the-direct-way.test.ts',
  'test/flows/the-database-over-tls.test.ts',
];

/** The order of a run: project by project, within each the longest files first, then by size; a fresh machine knows no durations. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = new Map(sorted.map((file, index) => [file, this.#rank(file) ?? LONGEST.length + index]));
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return sorted.toSorted(
      (one, other) =>
        projects.indexOf(one.project) - projects.indexOf(other.project) || place.get(one)! - place.get(other)!,
    );
  }

  #rank({ moduleId }: TestSpecification): number | undefined {
    const rank = LONGEST.indexOf(relative(projectFolder, moduleId));
    return rank === -1 ? undefined : rank;
  }
}
