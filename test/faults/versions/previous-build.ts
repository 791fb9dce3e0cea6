import { join } from 'node:path';
import { installOnce } from '../../../bench/rivals/install.ts';
import { projectFolder } from '../../../tools/project.ts';
import { runCommand } from '../../../works-with/stage/run-command.ts';

/** A version before this one, built. */
export interface PreviousBuild {
  folder: string;
  commit: string;
}

/**
 * Takes the version before this one out of the repository's history, installs its packages and builds it; once. It is the
 * newest tag before this commit; where there is none, the last commit of the day before. Throws where the history has neither.
 */
export async function makePreviousBuild(): Promise<PreviousBuild> {
  const commit = await findPrevious();
  const folder = await installOnce(`gatehouse-${commit}`, async (empty) => {
    const archive = join(empty, 'source.tar');
    await git('archive', `--output=${archive}`, commit);
    await runCommand('tar', ['-xf', archive], { cwd: empty });
    await runCommand('rm', [archive]);
    await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { cwd: empty });
    await runCommand('node', ['tools/build.ts'], { cwd: empty });
  });
  return { folder, commit };
}

async function findPrevious(): Promise<string> {
  const tag = await git('describe', '--tags', '--abbrev=0', 'HEAD~1').catch(() => '');
  if (tag !== '') return git('rev-parse', '--short', `${tag}^{commit}`);
  const day = await git('log', '-1', '--format=%cd', '--date=format:%Y-%m-%dT00:00:00');
  const commit = await git('log', '-1', '--format=%h', `--before=${day}`);
  if (commit === '') throw new Error('the history has no version before this one');
  return commit;
}

async function git(...words: string[]): Promise<string> {
  return (await runCommand('git', words, { cwd: projectFolder })).trim();
}
