import { expect, test } from 'vitest';
import { inOrderOfReferences } from './copy-plan.ts';

const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }));

test('a table comes after those it refers to, and may refer to itself', () => {
  const references = [
    { from: 'app_user', to: 'organization' },
    { from: 'identity', to: 'app_user' },
    { from: 'organization', to: 'organization' },
  ];
  expect(inOrderOfReferences(named('app_user', 'identity', 'organization', 'zone', 'area'), references)).toEqual(
    named('area', 'organization', 'app_user', 'identity', 'zone'),
  );
});

test('a circle is a mistake in a migration', () => {
  const references = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ];
  expect(() => inOrderOfReferences(named('a', 'b', 'c'), references)).toThrow('refer to each other: a, b');
});
