import type { Client, KoaContextWithOIDC, errors } from 'oidc-provider';
import { namesNobody } from './find-failure.ts';
import { codeOfRefusal } from '../unregistered/find-unregistered.ts';
import { isDocumentUrl } from '../../applications/unregistered/client-document.ts';

/** What the page of a refused request tells. */
export interface RefusedPage {
  reference: string;
  /** What is wrong, where the page can tell. */
  cause: 'unknown-application' | 'client-document' | 'unregistered-application' | 'redirect-uri' | 'logout' | null;
  /** Stable code of what is wrong, where there is one: for the people who run the application. */
  code: string | null;
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
    cause: causeOf(ctx, refusal),
    code: codeOfRefusal(refusal) ?? null,
    application:
      registered === undefined
        ? null
        : { name: nameOf(registered), startsAt: typeof startsAt === 'string' ? startsAt : null },
    loggedIn: session?.accountId !== undefined,
  };
}

function causeOf(ctx: KoaContextWithOIDC, refusal: errors.OIDCProviderError): RefusedPage['cause'] {
  if (ctx.path.startsWith('/logout')) return 'logout';
  if (namesNobody(refusal)) return 'unknown-application';
  const code = codeOfRefusal(refusal);
  if (code !== undefined) return code.startsWith('client-document.') ? 'client-document' : 'unregistered-application';
  return refusal.error === 'invalid_redirect_uri' ? 'redirect-uri' : null;
}

/** What an application that nobody registered calls itself is a stranger's word: it is named by its host. */
function nameOf({ clientId, clientName }: Client): string {
  return isDocumentUrl(clientId) ? (URL.parse(clientId)?.host ?? clientId) : (clientName ?? clientId);
}
