import { join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import { runCommand } from '../../works-with/stage/run-command.ts';
import { installOnce } from './install.ts';

/** The build that the figures were set against: the first version as it was measured. */
export const EARLIER = '1861c52';

/**
 * Takes the earlier build out of the repository's history, installs its packages and builds it; once. Gives its folder.
 * Throws where the history does not have it.
 */
export async function makeEarlierBuild(): Promise<string> {
  const inProject = { cwd: projectFolder };
  await runCommand('git', ['cat-file', '-e', `${EARLIER}^{commit}`], inProject).catch(() => {
    throw new Error(`the history does not have ${EARLIER}, and no other build was given (--against)`);
  });
  return installOnce(`gatehouse-${EARLIER}`, async (folder) => {
    const archive = join(folder, 'source.tar');
    await runCommand('git', ['archive', `--output=${archive}`, EARLIER], inProject);
    await runCommand('tar', ['-xf', archive], { cwd: folder });
    await runCommand('rm', [archive]);
    await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
    await runCommand('node', ['tools/build.ts'], { cwd: folder });
  });
}
