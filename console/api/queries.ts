import {
  keepPreviousData,
  notifyManager,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { contract, type RouteName } from '../../src/api/contract/all-routes.ts';
import type { Me } from '../../src/api/contract/me.ts';
import type { AnswerOf, InputOf } from './api-client.ts';
import { useConsole } from '../console-context.ts';
import { ApiProblem, isProblem } from './problem.ts';
import { LoginNeeded } from './session.ts';

export function createQueryClient(): QueryClient {
  // Pages hear of an answer before whoever awaited it, not in a task of its own that may come after: what `onDone` of a
  // mutation shows anew, a form for one, is made of the current data.
  notifyManager.setScheduler(queueMicrotask);
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // Requests that never arrived are repeated; a refusal of the API would be refused again.
        retry: false,
        refetchOnWindowFocus: (query) => !(query.state.error instanceof ApiProblem),
      },
    },
  });
}

/** Between two questions about something that another window or person changes. */
const AGAIN_MS = 2000;

/**
 * A query of the API; lists keep the previous data while the next is fetched.
 * @param options.again asked after each answer: whether it may change by itself and is fetched again soon
 */
export function useAnswer<N extends RouteName>(
  name: N,
  input: InputOf<N>,
  options: { enabled?: boolean; keep?: boolean; again?: (data: AnswerOf<N> | undefined) => boolean } = {},
): UseQueryResult<AnswerOf<N>> {
  const { api, onFailure } = useConsole();
  return useQuery({
    queryKey: [name, input],
    queryFn: async ({ signal }) => {
      try {
        return await api.call(name, input, signal);
      } catch (error) {
        onFailure(error);
        throw error;
      }
    },
    enabled: options.enabled ?? true,
    refetchInterval: ({ state }) => (options.again?.(state.data) === true ? AGAIN_MS : false),
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
  }) as UseQueryResult<AnswerOf<N>>;
}

/** Queries that no mutation of ours changes and that make the service call an identity provider: not refetched. */
const LASTING = new Set<unknown>(['proposeDirectory' satisfies RouteName]);

/** A mutation through the API. Every query on the page is refetched after it, also after a conflict. */
export function useChange<N extends RouteName>(
  name: N,
  onDone?: (answer: AnswerOf<N>, input: InputOf<N>) => void,
): UseMutationResult<AnswerOf<N>, Error, InputOf<N>> {
  const { api, onFailure } = useConsole();
  const client = useQueryClient();
  return useMutation<AnswerOf<N>, Error, InputOf<N>>({
    mutationFn: (input) => api.call(name, input),
    onError: (error) => {
      onFailure(error);
      if (isProblem(error, 'version.conflict')) void client.invalidateQueries();
    },
    onSuccess: async (answer, input) => {
      client.removeQueries({ type: 'inactive' }); // no other page shows for a moment what is gone
      const shown = client.invalidateQueries({ predicate: ({ queryKey }) => !LASTING.has(queryKey[0]) });
      // The next mutation of this page needs the current versions; what was removed is not refetched.
      if (contract[name].method !== 'DELETE') await shown;
      onDone?.(answer, input);
    },
  });
}

/** A request on an event (a button, a field that loses focus) that changes nothing. */
export function useAsk<N extends RouteName>(name: N): UseMutationResult<AnswerOf<N>, Error, InputOf<N>> {
  const { api, onFailure } = useConsole();
  return useMutation<AnswerOf<N>, Error, InputOf<N>>({
    mutationFn: (input) => api.call(name, input),
    onError: onFailure,
  });
}

/** The user; loaded before any page is shown. */
export function useMe(): Me {
  const { data } = useAnswer('getMe', {});
  if (data === undefined) throw new Error('the user is not loaded');
  return data;
}

export type Permission = Me['permissions'][number];

export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** The error of a mutation to show in place: not a needed login or fresh factor, for which there is a dialog. */
export function shownError(error: unknown): unknown {
  return error instanceof LoginNeeded || isProblem(error, 'caller.stale-factor') ? null : error;
}
