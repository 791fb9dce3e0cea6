import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, trusted } from './html.ts';

it('escapes whatever is inserted, so that no text becomes markup', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      expect(markup.match(/[<>]/g)).toHaveLength(4);
      expect(markup.match(/"/g)).toHaveLength(2);
    }),
  );
});

it('inserts markup as it is, joins lists and leaves out what is not there', () => {
  const list = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${list}${false}${null}${undefined}${3}${trusted('<hr>')}</ul>`.markup).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li>3<hr></ul>',
  );
});
