import { z } from 'zod';
import { API_BASE, contract, GROUPS } from './contract/all-routes.ts';
import type { Route } from './contract/route.ts';
import { problem } from './contract/wire.ts';
import { exampleOf } from './openapi-examples.ts';

type Json = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of the API, made from the contract: it cannot say anything else than the code.
 * @param about.schemas named schemas (`meta.id`) that replace the contract's looser ones of the same name
 */
export function openapiDocument(about: {
  publicUrl: URL;
  version: string;
  product: string;
  schemas?: readonly z.ZodType[];
}): Json {
  const schemas: Json = {};
  /** Schema and example of a body; the schemas it names are collected on the way. */
  const bodyOf = (type: z.ZodType, io: 'input' | 'output'): Json => {
    const schema = schemaOf(type, io);
    return { 'application/json': { schema, example: exampleOf(schema, schemas) } };
  };
  const schemaOf = (type: z.ZodType, io: 'input' | 'output'): Json => {
    const { $defs, $schema: _dialect, ...schema } = z.toJSONSchema(type, { io, target: 'draft-2020-12' }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) schemas[name] = rebase(definition);
    return rebase(schema) as Json;
  };
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(contract as Record<string, Route>)) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = { tags: [groupOf(name)], ...operationOf(name, route, { schemaOf, bodyOf }) };
  }
  for (const schema of about.schemas ?? []) schemaOf(z.object({ schema }), 'input');
  return {
    openapi: '3.1.0',
    info: {
      title: `${about.product} API`,
      version: about.version,
      description:
        'For administrators and their programs. Refusals are problem documents (RFC 9457) with a stable `code`. Changes to methods, roles, applications and tokens by a person ask for a factor proved within the last 10 minutes (`caller.stale-factor`).',
    },
    servers: [{ url: new URL(API_BASE, about.publicUrl).href }],
    security: [{ bearer: [] }],
    tags: Object.keys(GROUPS).map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas, Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, or the access token of the console.' },
      },
      responses: {
        Problem: {
          description: 'Refused; `code` says why.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

function groupOf(name: string): string {
  return Object.entries(GROUPS).find(([, routes]) => name in routes)![0];
}

type Describe = (type: z.ZodType, io: 'input' | 'output') => Json;

function operationOf(name: string, route: Route, { schemaOf, bodyOf }: { schemaOf: Describe; bodyOf: Describe }): Json {
  const parameters = [
    ...parametersOf(schemaOf(route.params, 'input'), 'path'),
    ...parametersOf(schemaOf(route.query, 'input'), 'query'),
    ...(route.creates
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description: 'The same request with the same key within 24 hours creates nothing twice.',
            schema: { type: 'string', maxLength: 200 },
          },
        ]
      : []),
  ];
  const hasBody = !(route.body instanceof z.ZodUndefined);
  const hasOutput = !(route.output instanceof z.ZodUndefined);
  return {
    operationId: name,
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(hasBody ? { requestBody: { required: true, content: bodyOf(route.body, 'input') } } : {}),
    responses: {
      [route.status]: {
        description: 'Done.',
        ...(hasOutput ? { content: bodyOf(route.output, 'output') } : {}),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function parametersOf(schema: Json, place: 'path' | 'query'): Json[] {
  const required = (schema['required'] ?? []) as string[];
  return Object.entries((schema['properties'] ?? {}) as Json).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

/** Named schemas stand under `components`, not beside each place that uses them. */
function rebase(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(rebase);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, value.replace('#/$defs/', '#/components/schemas/')]
        : [key, rebase(value)],
    ),
  );
}
