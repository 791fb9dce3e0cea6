import type { KoaContextWithOIDC, errors } from 'oidc-provider';
import { namesNobody } from './find-failure.ts';

/** What the page of a refused request tells. */
export interface RefusedPage {
  reference: string;
  /** What is wrong, where the page can tell. */
  cause: 'unknown-application' | 'redirect-uri' | 'logout' | null;
  /** The application that sent the request, and where its own login starts; null where none is known. */
  application: { name: string; startsAt: string | null } | null;
  /** Somebody is logged in in this browser. */
  loggedIn: boolean;
}

/** What the page of a refused request tells; of an application that is part of the service, nothing. */
export function refusedPage(ctx: KoaContextWithOIDC, error: Error): RefusedPage {
  const { client, session } = ctx.oidc;
  const refusal = error as errors.OIDCProviderError;
  const registered = client?.['owner_id'] === undefined ? undefined : client;
  const startsAt: unknown = registered?.['log_in_at'];
  return {
    reference: String(ctx.state['reference'] ?? ''),
    cause: ctx.path.startsWith('/logout')
      ? 'logout'
      : namesNobody(refusal)
        ? 'unknown-application'
        : refusal.error === 'invalid_redirect_uri'
          ? 'redirect-uri'
          : null,
    application:
      registered === undefined
        ? null
        : {
            name: registered.clientName ?? registered.clientId,
            startsAt: typeof startsAt === 'string' ? startsAt : null,
          },
    loggedIn: session?.accountId !== undefined,
  };
}
