import type { ApplicationPreset } from '../../../works-with/preset.ts';

/** How many colours there are for marks: programs.css. */
const HUES = 8;

/** The presets whose name, words or sentence hold every word of the search, those whose name begins with it first, whole words before parts. */
export function findPrograms(presets: readonly ApplicationPreset[], search: string): ApplicationPreset[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = ({ name }: ApplicationPreset): boolean => name.toLowerCase().startsWith(wanted[0] ?? '');
  const holds = (preset: ApplicationPreset): boolean => {
    const whole = new Set(textOf(preset).split(/[^\p{L}\p{N}]+/u));
    return wanted.every((word) => whole.has(word));
  };
  return presets
    .filter((preset) => wanted.every((word) => textOf(preset).includes(word)))
    .toSorted(
      (a, b) =>
        Number(begins(b)) - Number(begins(a)) ||
        Number(holds(b)) - Number(holds(a)) ||
        a.name.localeCompare(b.name, 'en'),
    );
}

function textOf({ name, words, about }: ApplicationPreset): string {
  return [name, ...words, about].join(' ').toLowerCase();
}

/** Which of our colours the mark of a program has; always the same one. */
export function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return sum % HUES;
}
