import { expect, it } from 'vitest';
import { copyJson, isSameJson } from './json-value.ts';

const value = JSON.parse('{"a":[1,{"b":null}],"c":"x","__proto__":{"d":true}}') as Record<string, unknown>;

it('copies a JSON value so that a change of one is none of the other, whatever its keys are called', () => {
  const copy = copyJson(value);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  (copy['a'] as unknown[]).push(2);
  expect(value['a']).toHaveLength(2);
});

it('tells whether two JSON values are the same', () => {
  expect(isSameJson(value, JSON.parse('{"__proto__":{"d":true},"c":"x","a":[1,{"b":null}]}'))).toBe(true);
  expect(isSameJson({ a: undefined, b: 1 }, { b: 1 })).toBe(true);
  for (const other of [
    '{"a":[1,{"b":null}],"c":"x"}',
    '{"a":[1,{"b":0}],"c":"x","__proto__":{"d":true}}',
    '{"a":[{"b":null},1],"c":"x","__proto__":{"d":true}}',
    '{"a":{"0":1,"1":{"b":null}},"c":"x","__proto__":{"d":true}}',
    '{"a":[1,{"b":null}],"c":"x","e":{"d":true}}',
    '[]',
    'null',
    '"x"',
  ]) {
    expect(isSameJson(value, JSON.parse(other))).toBe(false);
    expect(isSameJson(JSON.parse(other), value)).toBe(false);
  }
});
