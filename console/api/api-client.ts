import type { z } from 'zod';
import { API_BASE, contract, type Contract, type RouteName } from '../../src/api/contract/all-routes.ts';
import type { BodyOf, OutputOf, ParamsOf, QueryOf, Route } from '../../src/api/contract/route.ts';
import { problem } from '../../src/api/contract/wire.ts';
import { ApiProblem } from './problem.ts';
import type { Session } from './session.ts';

/** Left out where the address takes nothing, optional where everything in it is. */
type Part<Name extends string, Value> = [Value] extends [undefined | Record<string, never>]
  ? { [N in Name]?: undefined }
  : object extends Value
    ? { [N in Name]?: Value }
    : { [N in Name]: Value };

/** What a call of this route needs. */
export type InputOf<N extends RouteName> = Part<'params', ParamsOf<Contract[N]>> &
  Part<'query', QueryOf<Contract[N]>> &
  Part<'body', BodyOf<Contract[N]>>;

export type AnswerOf<N extends RouteName> = OutputOf<Contract[N]>;

/** The API as the contract tells it. */
export interface Api {
  /** @throws ApiProblem, LoginNeeded */
  call<N extends RouteName>(name: N, input: InputOf<N>, signal?: AbortSignal): Promise<AnswerOf<N>>;
}

interface Parts {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

function addressOf(route: Route, { params = {}, query = {} }: Parts): string {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return `${API_BASE}${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const parsed = problem.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success) return new ApiProblem({ code: 'answer', status: answer.status });
  const { code, status, title, reference, errors = [] } = parsed.data;
  return new ApiProblem({ code, status, title, reference, fields: errors });
}

async function read<Output extends z.ZodType>(route: Route, output: Output, answer: Response) {
  if (!answer.ok) throw await problemOf(answer);
  const body: unknown = route.status === 204 ? undefined : await answer.json().catch(() => undefined);
  const parsed = output.safeParse(body);
  if (!parsed.success) throw new ApiProblem({ code: 'answer', status: answer.status, cause: parsed.error });
  return parsed.data;
}

/** @param session gives the access token; a refused one is renewed once. */
export function createApi(session: Session): Api {
  async function send(route: Route, parts: Parts, key: string | undefined, signal?: AbortSignal): Promise<Response> {
    const token = await session.token();
    const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${token}` };
    if (parts.body !== undefined) headers['content-type'] = 'application/json';
    if (key !== undefined) headers['idempotency-key'] = key;
    const answer = await fetch(addressOf(route, parts), {
      method: route.method,
      headers,
      credentials: 'omit',
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status === 401) session.drop(token);
    return answer;
  }

  return {
    async call(name, input, signal) {
      const route = contract[name] as unknown as Route;
      const key = route.creates ? crypto.randomUUID() : undefined;
      const repeatable = route.method !== 'POST' || route.creates;
      const once = (): Promise<Response> => send(route, input as Parts, key, signal);
      const failed = (error: unknown): never => {
        if (!(error instanceof TypeError)) throw error; // fetch throws a TypeError when there was no response
        throw new ApiProblem({ code: 'network', cause: error });
      };
      let answer = await once().catch((error: unknown) =>
        repeatable && error instanceof TypeError ? once().catch(failed) : failed(error),
      );
      if (answer.status === 401) answer = await once().catch(failed);
      return (await read(route, route.output, answer)) as AnswerOf<typeof name>;
    },
  };
}
