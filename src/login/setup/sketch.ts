import { wordsInBold } from './rich-text.ts';
import type { Drawn } from '../../guides/guide.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import type { Text, TextKey } from '../../texts/catalog.ts';

const WIDTH = 320;
const MENU = 118;
const LEFT = MENU + 14;
const ROW = 36;
const TOP = 30;
/** Letters that stand beside a mark. */
const LINE = 29;

/** A schematic picture of a provider's page, drawn from the words in bold of the step; no picture of theirs. */
export function sketch(t: Text, step: { text: TextKey; drawn: readonly Drawn[] }, fieldValue: string | null): Html {
  const words = wordsInBold(t(step.text));
  const parts = words.map((label, index) => ({ label, as: step.drawn[index] ?? ('field' as const) }));
  const menu = parts.find(({ as }) => as === 'menu');
  const rows = parts.filter(({ as }) => as !== 'menu');
  const height = Math.max(112, TOP + rows.length * ROW + 8);
  let given = fieldValue;
  return html`<svg class="sketch" viewBox="0 0 ${WIDTH} ${height}" role="img"
    aria-label="${t('setup-link.guide.picture', { what: words.join(', ') })}">
    <rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" />
    <path class="rule" d="M0 18h${WIDTH}M${MENU} 18v${height - 18}" />
    <circle class="dot" cx="11" cy="9.5" r="2.5" /><circle class="dot" cx="20" cy="9.5" r="2.5" />
    ${menuLines(menu?.label)}
    ${rows.map(({ label, as }, index) => {
      const value = as === 'field' ? given : null;
      if (as === 'field') given = null;
      return row(as, label, TOP + index * ROW, value);
    })}
    ${rows.length === 0 && [0, 1, 2].map((line) => bar(LEFT, TOP + 8 + line * 20, 170 - line * 30))}
  </svg>`;
}

function menuLines(label: string | undefined): Html[] {
  const lines = [0, 1, 2, 3].map((line) => bar(12, TOP + 2 + line * 18, 62 - (line % 2) * 14));
  if (label === undefined) return lines;
  lines[1] = html`<rect class="marked" x="5" y="${TOP + 11}" width="${MENU - 10}" height="20" rx="4" />
    <text class="strong" x="11" y="${TOP + 25}"${label.length > 16 && html` textLength="${MENU - 20}" lengthAdjust="spacingAndGlyphs"`}>${cut(label, 24)}</text>`;
  return lines;
}

function row(as: Drawn, label: string, y: number, value: string | null): Html {
  const text = cut(label, 33);
  switch (as) {
    case 'button': {
      const width = Math.min(180, 20 + text.length * 5.6);
      return html`<rect class="press" x="${LEFT}" y="${y + 4}" width="${width}" height="22" rx="4" />
        <text class="on-press" x="${LEFT + 10}" y="${y + 18.5}">${text}</text>`;
    }
    case 'tab':
      return html`<text class="strong" x="${LEFT}" y="${y + 16}">${text}</text>
        <path class="under" d="M${LEFT} ${y + 23}h${Math.min(120, text.length * 5.6)}" />`;
    case 'choice':
      return html`<circle class="ring" cx="${LEFT + 6}" cy="${y + 15}" r="5.5" />
        <circle class="fill" cx="${LEFT + 6}" cy="${y + 15}" r="2.8" /> ${lines(label, y)}`;
    case 'tick':
    case 'untick':
      return html`<rect class="ring" x="${LEFT + 0.5}" y="${y + 9.5}" width="11" height="11" rx="2.5" />
        ${as === 'tick' && html`<path class="check" d="M${LEFT + 3} ${y + 15}l2.4 2.4 4-4.6" />`}
        ${lines(label, y)}`;
    case 'value':
      return html`<text class="small" x="${LEFT}" y="${y + 9}">${text}</text>
        <rect class="marked" x="${LEFT}" y="${y + 13}" width="150" height="17" rx="3" />
        ${bar(LEFT + 7, y + 19.5, 96)} <path class="copy-mark" d="M${LEFT + 158} ${y + 16}h8v10h-8zM${LEFT + 161} ${y + 13}h8v10" />`;
    default:
      return html`<text class="small" x="${LEFT}" y="${y + 9}">${text}</text>
        <rect class="marked" x="${LEFT}" y="${y + 13}" width="176" height="17" rx="3" />
        ${value === null ? bar(LEFT + 7, y + 19.5, 80) : html`<text x="${LEFT + 6}" y="${y + 25}">${cut(value, 30)}</text>`}`;
  }
}

/** What stands beside a mark, on two lines where it is long. */
function lines(label: string, y: number): Html {
  const end = label.length <= LINE ? label.length : label.lastIndexOf(' ', LINE);
  const [first, second] = end > 0 ? [label.slice(0, end), label.slice(end + 1)] : [cut(label, LINE), ''];
  if (second === '') return html`<text x="${LEFT + 18}" y="${y + 18.5}">${first}</text>`;
  return html`<text x="${LEFT + 18}" y="${y + 14}">${first}</text>
    <text x="${LEFT + 18}" y="${y + 26}">${cut(second, LINE)}</text>`;
}

function bar(x: number, y: number, width: number): Html {
  return html`<rect class="bar" x="${x}" y="${y}" width="${width}" height="5" rx="2.5" />`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
