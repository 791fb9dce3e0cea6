import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectFolder } from './project.ts';

/** A patch that takes one guard out, and the test that must notice. */
export interface GuardPatch {
  /** File name without `.patch`. */
  readonly name: string;
  /** Path of the patch file. */
  readonly file: string;
  /** What it takes out, in one sentence. */
  readonly guard: string;
  /** Test file, from the project's folder. */
  readonly test: string;
  /** Part of the title of the test that must fail. */
  readonly title: string;
}

/** Reads all of `test/guards/*.patch`; throws when one lacks a header line. */
export function readGuardPatches(): readonly GuardPatch[] {
  return globSync('test/guards/*.patch', { cwd: projectFolder })
    .toSorted()
    .map((relative) => {
      const file = join(projectFolder, relative);
      const header = readFileSync(file, 'utf8').split('\ndiff --git ')[0] ?? '';
      const field = (name: string): string => {
        const value = new RegExp(`^${name}: (.+)$`, 'm').exec(header)?.[1]?.trim();
        if (value === undefined) throw new Error(`${relative} has no line "${name}: …" above its diff`);
        return value;
      };
      const name = basename(file, '.patch');
      return { name, file, guard: field('Guard'), test: field('Test'), title: field('Title') };
    });
}

/** Applies a patch to a tree, takes it back, or only tries whether it would apply. Returns git's words on failure. */
export function applyPatch(tree: string, patch: GuardPatch, how: 'apply' | 'take back' | 'try'): string | undefined {
  const flags = how === 'try' ? ['--check'] : how === 'take back' ? ['--reverse'] : [];
  // Outside any repository, git would look for one upwards and apply nothing, silently.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: join(tree, '..') };
  const { status, stderr } = spawnSync('git', ['apply', ...flags, patch.file], { cwd: tree, encoding: 'utf8', env });
  return status === 0 ? undefined : stderr.trim();
}
