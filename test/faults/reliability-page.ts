import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../tools/project.ts';
import type { Fault } from './faults.ts';
import { isGood, toTable } from './figures.ts';
import type { Figure } from './figures.ts';

const page = join(projectFolder, 'docs/reliability.md');

/**
 * Puts a fault's figures into `docs/reliability.md`, between its two marks; what others measured stays. A page without the
 * marks gets the section before the mark of the end.
 */
export async function writeSection(name: string, fault: Fault, figures: readonly Figure[]): Promise<void> {
  const text = await readFile(page, 'utf8');
  await writeFile(page, withSection(text, name, sectionOf(name, fault, figures)));
}

/** The page with one section replaced or added. */
export function withSection(text: string, name: string, section: string): string {
  const [begin, end] = marksOf(name);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from >= 0 && to > from) return text.slice(0, from) + section + text.slice(to + end.length);
  const last = text.indexOf(LAST);
  if (last < 0) throw new Error(`docs/reliability.md has no mark ${LAST}`);
  return `${text.slice(0, last)}${section}\n\n${text.slice(last)}`;
}

const LAST = '<!-- end of faults -->';

function marksOf(name: string): [string, string] {
  return [`<!-- fault ${name} -->`, `<!-- end of fault ${name} -->`];
}

function sectionOf(name: string, { title, about }: Fault, figures: readonly Figure[]): string {
  const [begin, end] = marksOf(name);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(new Date());
  const load = loadavg()[1] ?? 0;
  const verdict = isGood(figures) ? 'All as it must be' : '**Not all as it must be**';
  return [
    begin,
    '',
    `## ${title}`,
    '',
    wrap(`\`npm run faults -- ${name}\`. ${about}`),
    '',
    toTable(figures),
    '',
    `${verdict}; ${day}, ${cpus().length} cores, load ${load.toFixed(1)}.`,
    '',
    end,
  ].join('\n');
}

/** Lines of at most 125 characters. */
function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length > 124) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
