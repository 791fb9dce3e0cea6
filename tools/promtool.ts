import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project.ts';

/** Where promtool is: the operating system's, or the one `tools/fetch-promtool.ts` brought; undefined without one. */
export function findPromtool(): string | undefined {
  const places = ['/usr/bin/promtool', join(projectFolder, '.cache/promtool/usr/bin/promtool')];
  return places.find((file) => existsSync(file));
}
