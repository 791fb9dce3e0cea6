import { enterAsCaller, readBearer } from './caller.ts';
import type { ConsoleTokens } from './caller.ts';
import type { Route } from './contract/route.ts';
import type { RouteName } from './contract/all-routes.ts';
import type { ApiDeps, Entry, Handling } from './handlers/handler.ts';
import { onceForKey, readIdempotencyKey } from './idempotency.ts';
import type { NewAuditEvent } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { AppError } from '../base/errors.ts';
import { inTransaction, withApiRole } from '../db/database.ts';
import type { Inside } from '../db/database.ts';
import { parseInput } from '../http/input.ts';
import { permissionsOf } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';

/** An address of the contract with its line of the table. */
export interface Answered {
  route: Route;
  entry: Entry<RouteName>;
}

/** What the door takes from a request. */
export interface ApiRequest {
  id: string;
  method: string;
  url: string;
  headers: { authorization?: string | undefined; 'idempotency-key'?: string | string[] | undefined };
  params: unknown;
  query: unknown;
  body: unknown;
  log: { warn: (fields: Record<string, unknown>, message: string) => void };
}

type Deps = ApiDeps & { consoleTokens: ConsoleTokens };

/**
 * Answers one request: proves who calls in the transaction's first statement, enters the api role there, asks for the
 * permission, parses what was sent, runs the handler, and checks what leaves. A refusal of somebody known is recorded.
 */
export async function answer(deps: Deps, { route, entry }: Answered, request: ApiRequest): Promise<unknown> {
  const token = readBearer(request.headers.authorization);
  if (token === undefined) throw new AppError('caller.unauthenticated', { detail: 'no bearer token' });
  const follows: (() => Promise<void>)[] = [];
  const afterwards = (work: () => Promise<void>): void => {
    follows.push(work);
  };
  let known: Caller | undefined;
  const enter = async (inside: Inside<Deps>): Promise<Caller> => {
    known = await enterAsCaller(inside, token);
    if (!permissionsOf(known.role).includes(entry.permission)) {
      throw new AppError('caller.denied', { detail: entry.permission });
    }
    return known;
  };
  const sent = (caller: Caller): Omit<Handling, 'deps' | 'transact'> => ({
    caller,
    params: parseInput(route.params, request.params) as Handling['params'],
    query: parseInput(route.query, request.query) as Handling['query'],
    body: parseInput(route.body, request.body ?? undefined) as Handling['body'],
    afterwards,
  });
  const handle = async (): Promise<unknown> => {
    if (entry.reachesOut === true) {
      const caller = await inTransaction(deps, enter);
      const transact: Handling['transact'] = async (work) => withApiRole(deps.db, caller, work);
      return route.output.parse(await entry.handler({ ...sent(caller), deps, transact }));
    }
    const { handler } = entry;
    return inTransaction(deps, async (deps) => {
      const caller = await enter(deps);
      const transact: Handling['transact'] = async (work) => work(deps.db);
      const once = async (): Promise<unknown> => route.output.parse(await handler({ ...sent(caller), deps, transact }));
      const key = route.creates ? readIdempotencyKey(request.headers['idempotency-key']) : undefined;
      if (key === undefined) return once();
      return onceForKey(deps, caller, { key, method: route.method, path: request.url, body: request.body }, once);
    });
  };
  try {
    const result = await handle();
    for (const work of follows)
      await work().catch((error: unknown) => request.log.warn({ err: error }, 'after the commit'));
    return result;
  } catch (error) {
    if (known !== undefined && error instanceof AppError) await recordRefusal(deps, known, request, error);
    throw error;
  }
}

/** A refusal that may be an attempt at something not theirs stands in the caller's own log. */
async function recordRefusal(deps: Deps, caller: Caller, request: ApiRequest, error: AppError): Promise<void> {
  if (error.code !== 'caller.denied' && error.kind !== 'not-found') return;
  const event: NewAuditEvent = {
    organizationId: caller.organizationId,
    kind: 'api.refused',
    actor: actorOf(caller),
    details: {
      code: error.code,
      method: request.method,
      path: request.url.split('?')[0]?.slice(0, 300),
      reference: request.id,
    },
  };
  await inTransaction(deps, async (deps) => recordEvent(deps, event));
}
