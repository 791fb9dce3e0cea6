import { describe, expect, test } from 'vitest';
import { contract } from './contract/all-routes.ts';
import type { Route } from './contract/route.ts';
import { openapiDocument } from './openapi.ts';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
}
const document = openapiDocument({
  publicUrl: new URL('https://sso.northwind.example'),
  version: '1.2.3',
  product: 'Gate',
});
const paths = document['paths'] as Record<string, Record<string, Operation>>;

describe('the OpenAPI document', () => {
  test('describes every address of the contract once', () => {
    const described = Object.values(paths).flatMap((path) => Object.values(path).map((each) => each.operationId));
    expect(described.toSorted()).toEqual(Object.keys(contract).toSorted());
    expect(document['servers']).toEqual([{ url: 'https://sso.northwind.example/api/v1' }]);
  });

  test('names every part of a path, and the key of what creates', () => {
    for (const [path, operations] of Object.entries(paths)) {
      for (const operation of Object.values(operations)) {
        const inPath = (operation.parameters ?? [])
          .filter((each) => each.in === 'path')
          .map((each) => `{${each.name}}`);
        expect(inPath.toSorted()).toEqual((path.match(/\{\w+\}/g) ?? []).toSorted());
        const { creates } = contract[operation.operationId as keyof typeof contract];
        expect((operation.parameters ?? []).some((each) => each.name === 'Idempotency-Key')).toBe(creates);
      }
    }
  });

  test.each(Object.keys(contract) as (keyof typeof contract)[])('gives %s an example that its schema takes', (name) => {
    const { method, path, body, output, status } = contract[name] as Route;
    const operation = paths[path]![method.toLowerCase()]!;
    const given = (content: unknown): unknown =>
      (content as { content?: { 'application/json': { example: unknown } } } | undefined)?.content?.['application/json']
        .example;
    expect(body.safeParse(given(operation.requestBody)).error).toBeUndefined();
    expect(output.safeParse(given(operation.responses[status])).error).toBeUndefined();
  });

  test('has no reference that leads nowhere', () => {
    const schemas = (document['components'] as { schemas: object }).schemas;
    const references = JSON.stringify(document).match(/"\$ref":"#\/components\/schemas\/[^"]+/g) ?? [];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect(Object.keys(schemas)).toContain(reference.split('/').at(-1));
  });
});
