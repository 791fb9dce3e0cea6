import { expect, test } from 'vitest';
import { mutantsOf } from './find-mutants.ts';

const found = (source: string): string[] => mutantsOf('a.ts', source).map(({ id, becomes }) => `${becomes} ${id}`);

test('each alternative of a guard that throws or returns never holds', () => {
  expect(found('function read(x) { if (x === null || (x > 3)) throw new Error(); return x; }')).toEqual([
    'false a.ts read: x === null',
    'false a.ts read: x > 3',
  ]);
});

test('each demand of an answer always holds', () => {
  expect(found('const may = (x) => x > 1 && x < 9;')).toEqual(['true a.ts may: x > 1', 'true a.ts may: x < 9']);
});

test('each demand of a constant always holds', () => {
  const source = 'function take(x) { const live = x > 1 && x < 9; g(live); }';
  expect(found(source)).toEqual(['true a.ts take: x > 1', 'true a.ts take: x < 9']);
});

test('a condition that ends nothing is left alone', () => {
  expect(found('function count(x) { if (x) x += 1; const one = x; return one; }')).toEqual([]);
});

test('the same condition twice in a function has two names, whatever stands above', () => {
  const twice = 'function f(x) { if (x) return 1; g(); if (x) return 2; return 3; }';
  expect(found(twice)).toEqual(['false a.ts f: x', 'false a.ts f: x (2)']);
  expect(found(`\n\nconst other = 1;\n${twice}`)).toEqual(found(twice));
});
