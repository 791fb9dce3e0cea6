import type { ApplicationPreset } from '../../../works-with/preset.ts';

/** How many colours there are for marks: programs.css. */
const HUES = 8;

/** The presets whose name, words or sentence hold every word of the search, those whose name begins with it first. */
export function findPrograms(presets: readonly ApplicationPreset[], search: string): ApplicationPreset[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = ({ name }: ApplicationPreset): boolean => name.toLowerCase().startsWith(wanted[0] ?? '');
  return presets
    .filter(({ name, words, about }) => {
      const text = [name, ...words, about].join(' ').toLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)) || a.name.localeCompare(b.name, 'en'));
}

/** Which of our colours the mark of a program has; always the same one. */
export function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return sum % HUES;
}
