import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { contract, type RouteName } from '../src/api/contract/all-routes.ts';
import type { Me } from '../src/api/contract/me.ts';
import type { AnswerOf, InputOf } from './api-client.ts';
import { useConsole } from './console-context.ts';
import { ApiProblem, isProblem } from './problem.ts';
import { LoginNeeded } from './session.ts';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The client repeats what never arrived; what the API refused it refuses again.
        retry: false,
        refetchOnWindowFocus: (query) => !(query.state.error instanceof ApiProblem),
      },
    },
  });
}

/** A question to the API; lists keep showing the last answer while the next one is under way. */
export function useAnswer<N extends RouteName>(
  name: N,
  input: InputOf<N>,
  options: { enabled?: boolean; keep?: boolean } = {},
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
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
  }) as UseQueryResult<AnswerOf<N>>;
}

/** Answers no change of ours alters, and that cost a call to somebody else. */
const LASTING = new Set<unknown>(['proposeDirectory' satisfies RouteName]);

/** A change through the API. Whatever is on the screen is asked again afterwards, also when somebody else was first. */
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
      // What comes next (a second press on the same page) acts on what is there now; what was removed cannot be asked.
      if (contract[name].method !== 'DELETE') await shown;
      onDone?.(answer, input);
    },
  });
}

/** A question that is asked when somebody presses or leaves something, and changes nothing. */
export function useAsk<N extends RouteName>(name: N): UseMutationResult<AnswerOf<N>, Error, InputOf<N>> {
  const { api, onFailure } = useConsole();
  return useMutation<AnswerOf<N>, Error, InputOf<N>>({
    mutationFn: (input) => api.call(name, input),
    onError: onFailure,
  });
}

/** Who is logged in; there before any page is. */
export function useMe(): Me {
  const { data } = useAnswer('getMe', {});
  if (data === undefined) throw new Error('the caller is known before a page is shown');
  return data;
}

export type Permission = Me['permissions'][number];

export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** What to show for a failed change: not that a login or a fresh proof is needed, which a dialog of its own says. */
export function shownError(error: unknown): unknown {
  return error instanceof LoginNeeded || isProblem(error, 'caller.stale-factor') ? null : error;
}
