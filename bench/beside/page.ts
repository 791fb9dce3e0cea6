import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import { BESIDE } from './section.ts';

const FILE = join(projectFolder, 'docs/performance.md');
/** Whatever is put in anew stands before this heading. */
const BEFORE = '## Start-up and size';

/** The part about rivals as it stands in the page; empty without: a run of everything else keeps it. */
export function keptSection(): string {
  const page = readFileSync(FILE, 'utf8');
  return sectionIn(page) ?? '';
}

/** Puts the part about rivals into the page, in the place of the one that is there. */
export function writeSection(section: string): void {
  const page = readFileSync(FILE, 'utf8');
  const old = sectionIn(page);
  const whole = `${section.trimEnd()}\n\n`;
  writeFileSync(FILE, old === undefined ? page.replace(BEFORE, () => whole + BEFORE) : page.replace(old, () => whole));
}

/** From its heading to the next of the same rank. */
function sectionIn(page: string): string | undefined {
  const from = page.indexOf(`${BESIDE}\n`);
  if (from === -1) return undefined;
  const next = page.indexOf('\n## ', from + BESIDE.length);
  return next === -1 ? page.slice(from) : page.slice(from, next + 1);
}
