import { z } from 'zod';

type Schema = Record<string, unknown>;

/** Nested below what the edge refuses, so that the schema has to. */
const DEEP = JSON.parse(`${'['.repeat(25)}${']'.repeat(25)}`) as unknown;
/** No schema of a field asks for more than some of these. */
const ANYTHING: readonly unknown[] = [null, true, '', {}, [], [[]], DEEP, -1, 0.5, 1e308, { length: 1 }];
/** Longer than any field; the whole still fits into a body. */
const LONGEST = 120_000;

const TEXTS: readonly string[] = [
  ' ',
  'a\u0000b',
  'a\u0001b',
  'line\r\nX-Injected: 1',
  '\u202Egnp.exe',
  '\u2067isolate\u2069',
  'zero\u200Bwidth',
  'half \uD800 pair',
  '\uDC00',
  '👩‍👩‍👧‍👦',
  'e\u0301'.repeat(40),
  '%00%0a',
  "'; drop table app_user; --",
  '<script>alert(1)</script>',
  '${{7*7}}',
  '__proto__',
  'https://user:secret@[::1]:99999/#x',
  'xn--ls8h.example',
  `${'a.'.repeat(2000)}example`,
  `${'/'.repeat(5000)}x`,
  `a@${'.'.repeat(2000)}`,
  `${'<'.repeat(3000)}>`,
  '\\'.repeat(3000),
];

/** Values of a schema with exactly one part spoiled: of every field of every variant, each thing that goes wrong. */
export function spoiled(type: z.ZodType, good: unknown): unknown[] {
  const root = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema;
  return spoil(root, root, good);
}

function spoil(root: Schema, given: Schema, good: unknown): unknown[] {
  const schema = resolved(root, given);
  const variants = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (variants !== undefined) return variants.flatMap((variant) => spoil(root, variant, sample(root, variant)));
  if (schema['type'] === 'object') return spoilObject(root, schema, good);
  if (schema['type'] === 'array') return spoilArray(root, schema);
  return schema['type'] === 'string' ? [...ANYTHING, ...texts(schema)] : [...ANYTHING, ...TEXTS.slice(0, 3)];
}

function spoilObject(root: Schema, schema: Schema, good: unknown): unknown[] {
  const whole = (typeof good === 'object' && good !== null ? good : sample(root, schema)) as Schema;
  const parts = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(([name, property]) => {
    const one = name in whole ? whole[name] : sample(root, property);
    return [{ ...whole, [name]: one }, ...spoil(root, property, one).map((bad) => ({ ...whole, [name]: bad }))];
  });
  const { [Object.keys(whole)[0] ?? '']: _left, ...without } = whole;
  return [...parts, without, { ...whole, unknown: 1 }, { ...whole, constructor: { prototype: 1 } }, ...ANYTHING];
}

function spoilArray(root: Schema, schema: Schema): unknown[] {
  const items = (schema['items'] ?? {}) as Schema;
  const one = sample(root, items);
  const most = Number(schema['maxItems'] ?? 1000);
  return [
    ...spoil(root, items, one).map((bad) => [bad]),
    Array.from({ length: most }, () => one),
    Array.from({ length: most + 1 }, () => one),
    ...ANYTHING,
  ];
}

function texts(schema: Schema): string[] {
  const most = Number(schema['maxLength'] ?? LONGEST);
  return [
    ...TEXTS,
    'a'.repeat(most),
    'a'.repeat(Math.min(most + 1, LONGEST)),
    '\u0430'.repeat(Math.min(most, LONGEST / 2)),
  ];
}

function resolved(root: Schema, schema: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec((schema['$ref'] as string | undefined) ?? '')?.[1];
  return name === undefined ? schema : ((root['$defs'] as Record<string, Schema>)[name] ?? {});
}

/** A value that the schema takes, or nearly. */
function sample(root: Schema, given: Schema): unknown {
  const schema = resolved(root, given);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return (schema['enum'] as unknown[])[0];
  const variants = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (variants !== undefined) return sample(root, variants[0]!);
  if (schema['type'] === 'object') {
    const required = new Set(schema['required'] as string[] | undefined);
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
    return Object.fromEntries(
      properties.filter(([name]) => required.has(name)).map(([name, property]) => [name, sample(root, property)]),
    );
  }
  if (schema['type'] === 'array') return [sample(root, (schema['items'] ?? {}) as Schema)];
  if (schema['type'] === 'integer' || schema['type'] === 'number') return Number(schema['minimum'] ?? 1);
  return schema['type'] === 'boolean' ? true : 'contoso';
}
