import { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One address of the API: what goes in and what comes out. Who may call it stands in `api/routes.ts`. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  method: HttpMethod;
  /** Below `/api/v1`, with `{names}` for the parts in `params`. */
  path: string;
  summary: string;
  params: Params;
  query: Query;
  body: Body;
  output: Output;
  /** Status of a success. */
  status: 200 | 201 | 204;
  /** Creates something: takes `Idempotency-Key`, answers the same to the same request for 24 hours. */
  creates: boolean;
  /** Asks for a factor proved within the last 10 minutes; `caller.stale-factor` otherwise. */
  freshFactor: boolean;
}

/** Nothing is taken or given at this place. */
export const nothing = z.strictObject({});
const noBody = z.undefined();

interface Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, O extends z.ZodType> {
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  output?: O;
  creates?: boolean;
  freshFactor?: boolean;
}

/** Declares an address; without `output` it answers 204, with `creates` 201, else 200. */
export function route<
  P extends z.ZodType = typeof nothing,
  Q extends z.ZodType = typeof nothing,
  B extends z.ZodType = typeof noBody,
  O extends z.ZodType = typeof noBody,
>(method: HttpMethod, path: string, definition: Definition<P, Q, B, O>): Route<P, Q, B, O> {
  const creates = definition.creates ?? false;
  return {
    method,
    path,
    summary: definition.summary,
    params: definition.params ?? (nothing as unknown as P),
    query: definition.query ?? (nothing as unknown as Q),
    body: definition.body ?? (noBody as unknown as B),
    output: definition.output ?? (noBody as unknown as O),
    status: definition.output === undefined ? 204 : creates ? 201 : 200,
    creates,
    freshFactor: definition.freshFactor ?? false,
  };
}

/** What a caller passes (before defaults) and gets. */
export type ParamsOf<R> = R extends Route<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.input<P> : never;
export type QueryOf<R> = R extends Route<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.input<Q> : never;
export type BodyOf<R> = R extends Route<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.input<B> : never;
export type OutputOf<R> = R extends Route<z.ZodType, z.ZodType, z.ZodType, infer O> ? z.output<O> : never;
