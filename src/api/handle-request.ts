import { z } from 'zod';
import type { Route } from './contract/route.ts';
import type { RouteName } from './contract/all-routes.ts';
import type { ApiDeps, RouteEntry, RequestContext } from './handlers/handler.ts';
import { onceForKey, readIdempotencyKey } from './idempotency.ts';
import type { NewAuditEvent } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { AppError } from '../base/errors.ts';
import { proveCaller } from '../callers/caller.ts';
import type { AccessTokenScope } from '../callers/caller.ts';
import { inTransaction, withApiRole } from '../db/database.ts';
import type { Inside } from '../db/database.ts';
import { readBearerToken } from '../http/bearer-token.ts';
import { parseInput } from '../http/input.ts';
import { requireStorable } from '../http/json.ts';
import { permissionsOf, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { refusalFor } from '../organizations/quotas/refusal-for.ts';

/** A route of the contract together with its permission and handler. */
export interface BoundRoute {
  route: Route;
  entry: RouteEntry<RouteName>;
}

/** What the door reads of an HTTP request. */
export interface ApiRequest {
  id: string;
  method: string;
  url: string;
  headers: {
    authorization?: string | undefined;
    'accept-language'?: string | undefined;
    'idempotency-key'?: string | string[] | undefined;
  };
  params: unknown;
  query: unknown;
  body: unknown;
}

/** What handling a request needs. */
export type HandleDeps = Omit<ApiDeps, 't'> & { accessTokens: AccessTokenScope };

/**
 * Handles one request: proves the caller in the transaction's first statement, checks the permission, parses the input, runs
 * the handler and checks its output against the contract. A refusal of a known caller is an audit event.
 * @returns the body of the answer
 */
export async function handleRequest(
  given: HandleDeps,
  { route, entry }: BoundRoute,
  request: ApiRequest,
): Promise<unknown> {
  const deps = { ...given, t: given.texts.for(request.headers['accept-language']) };
  const token = readBearerToken(request.headers.authorization);
  if (token === undefined) throw new AppError('caller.unauthenticated', { detail: 'no bearer token' });
  let known: Caller | undefined;
  const enter = async (inside: Inside<ApiDeps & HandleDeps>): Promise<Caller> => {
    known = await proveCaller(inside, token);
    if (!permissionsOf(known.role).includes(entry.permission)) {
      throw new AppError('caller.denied', { detail: entry.permission });
    }
    // Checked before an Idempotency-Key repeats an earlier answer, which may hold a secret.
    if (route.freshFactor) requireFreshFactor(known, deps.clock.now());
    return known;
  };
  const sent = (caller: Caller): Omit<RequestContext, 'deps' | 'transact'> => {
    const input = readRequest(route, request);
    return {
      caller,
      params: parseInput(route.params, input.params, 'path') as RequestContext['params'],
      query: parseInput(route.query, input.query, 'query') as RequestContext['query'],
      body: parseInput(route.body, input.body, 'body') as RequestContext['body'],
    };
  };
  const handle = async (): Promise<unknown> => {
    if (entry.reachesOut === true) {
      const caller = await inTransaction(deps, enter);
      const transact: RequestContext['transact'] = async (work) =>
        withApiRole(deps.db, caller, work).catch((error: unknown) => {
          throw error instanceof AppError ? refusalFor(caller, error) : error;
        });
      return route.output.parse(await entry.handler({ ...sent(caller), deps, transact }));
    }
    const { handler } = entry;
    return inTransaction(deps, async (deps) => {
      const caller = await enter(deps);
      const transact: RequestContext['transact'] = async (work) => work(deps.db);
      const once = async (): Promise<unknown> => route.output.parse(await handler({ ...sent(caller), deps, transact }));
      const key = route.creates ? readIdempotencyKey(request.headers['idempotency-key']) : undefined;
      if (key === undefined) return once();
      return onceForKey(deps, caller, { key, method: route.method, path: request.url, body: request.body }, once);
    });
  };
  try {
    return await handle();
  } catch (error) {
    if (known === undefined || !(error instanceof AppError)) throw error;
    await recordRefusal(deps, known, request, error);
    throw refusalFor(known, error);
  }
}

/** Path parameters, query and body, without what the database cannot store; `parseJson` read the body. */
function readRequest(route: Route, { params, query, body }: ApiRequest): Pick<ApiRequest, 'params' | 'query' | 'body'> {
  for (const [name, value] of Object.entries({ ...(params as object), ...(query as object) })) {
    requireStorable('query', name);
    for (const text of Array.isArray(value) ? (value as unknown[]) : [value]) requireStorable(name, String(text));
  }
  // Some HTTP clients send an empty object where nothing is asked for.
  const empty = typeof body === 'object' && body !== null && Object.keys(body).length === 0;
  return { params, query, body: empty && route.body instanceof z.ZodUndefined ? undefined : (body ?? undefined) };
}

/** Records a refusal that may be an attempt at another organization's data, in the log of the caller's organization. */
async function recordRefusal(deps: ApiDeps, caller: Caller, request: ApiRequest, error: AppError): Promise<void> {
  if (error.code !== 'caller.denied' && error.kind !== 'not-found') return;
  const event: NewAuditEvent = {
    organizationId: caller.organizationId,
    kind: 'api.refused',
    actor: actorOf(caller),
    details: {
      code: error.code,
      method: request.method,
      path: (request.url.split('?')[0] ?? '').slice(0, 300),
      reference: request.id,
    },
  };
  await inTransaction(deps, async (deps) => recordEvent(deps, event));
}
