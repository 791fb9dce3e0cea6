/*
 * A setup file of the test runner, while `tools/statement-cover.ts` runs it: which statements each test file sends, so that the
 * second database is given those files that send them all. STATEMENTS_FOLDER names where they are written.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import pg from 'pg';
import { afterAll, expect } from 'vitest';

type Query = (this: unknown, ...args: unknown[]) => unknown;

const folder = process.env['STATEMENTS_FOLDER'];
const ours = Symbol.for('gatehouse.statements');
const store = globalThis as { [ours]?: Set<string> };

if (store[ours] === undefined) {
  const seen = (store[ours] = new Set<string>());
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function record(...args) {
    const [first] = args;
    const text = typeof first === 'string' ? first : (first as { text?: unknown } | undefined)?.text;
    if (typeof text === 'string') seen.add(shapeOf(text));
    return query.apply(this, args);
  };
}
const seen = store[ours];

/** One statement, however many rows or ids it was given. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/'(?:[^']|'')*'/g, "'…'")
    .replaceAll(/\$\d+|\b\d+\b/g, '?')
    .replaceAll(/gatehouse_\w+/g, 'gatehouse_…')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(\([^()]*\))(?:, ?\1)+/g, '$1')
    .replaceAll(/\?(?:, ?\?)+/g, '?');
}

afterAll(() => {
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  if (folder === undefined || file === '') return;
  const name = `${createHash('sha256').update(file).digest('hex').slice(0, 16)}.json`;
  writeFileSync(join(folder, name), JSON.stringify({ file, statements: [...seen] }));
  seen.clear();
});
