import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectFolder, run } from '../../tools/project.ts';
import type { Figure } from '../faults/figures.ts';

/** The most that `systemd-analyze security` may find, as it counts: 10 is open. */
const MOST_EXPOSED = 2;

/** Looks at the units as systemd would: what is wrong in them, and how much they leave open. */
export async function lookAtUnits(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-units-'));
  const figures: Figure[] = [];
  try {
    const files = globSync('deploy/systemd/*', { cwd: projectFolder }).toSorted();
    for (const file of files) {
      const text = await readFile(join(projectFolder, file), 'utf8');
      // A program that is there once Gatehouse is installed.
      const here = text.replaceAll(/^ExecStart=\/opt\/\S+/gm, `ExecStart=${process.execPath}`);
      await writeFile(join(folder, basename(file)), here);
    }
    for (const file of files) {
      const name = basename(file);
      const { code, output } = await run('systemd-analyze', ['verify', '--man=no', join(folder, name)]);
      const ours = output.split('\n').filter((line) => line.includes('gatehouse'));
      figures.push({ what: `${name}: complaints of systemd`, measured: ours.join('; ') || 'none', wanted: 'none' });
      figures.push({ what: `${name}: exit code of verify`, measured: code, wanted: 0 });
      if (!name.endsWith('.service')) continue;
      const security = await run('systemd-analyze', ['security', '--no-pager', '--offline=true', join(folder, name)]);
      const exposed = Number(/exposure level for \S+: ([\d.]+)/.exec(security.output)?.[1]);
      figures.push({ what: `${name}: exposure`, measured: exposed });
      figures.push({
        what: `${name}: at most ${MOST_EXPOSED}`,
        measured: String(exposed <= MOST_EXPOSED),
        wanted: 'true',
      });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
