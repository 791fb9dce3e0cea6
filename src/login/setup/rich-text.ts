import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';

const MARKED = /<(b|i)>(.*?)<\/\1>/g;

/** A sentence of the catalog whose `<b>` and `<i>` mark the words of another program; all else is text. */
export function richText(sentence: string): Html {
  const parts: (Html | string)[] = [];
  let end = 0;
  for (const found of sentence.matchAll(MARKED)) {
    const [whole, tag, words = ''] = found;
    parts.push(sentence.slice(end, found.index), tag === 'b' ? html`<b>${words}</b>` : html`<i>${words}</i>`);
    end = found.index + whole.length;
  }
  return html`${[...parts, sentence.slice(end)]}`;
}

/** What stands in `<b>`, in order. */
export function wordsInBold(sentence: string): string[] {
  return [...sentence.matchAll(MARKED)].filter(([, tag]) => tag === 'b').map(([, , words = '']) => words);
}
