/**
 * *Try it*: each application has a client beside it, of the same signature, addresses and access, whose answers go to a page
 * of ours. Its codes and tokens are made out to it, so that they are of no use in the application; an administrator of the
 * owner alone gets one, as themselves, by a ticket of `applications/trying`. No consent is asked and none is kept.
 */
import { errors, interactionPolicy } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { triedBy, TRY_REDIRECT_PATH, tryClientOf } from '../../applications/trying/try-ticket.ts';
import { formatId } from '../../base/ids.ts';
import type { UserId } from '../../base/ids.ts';
import type { Payload } from '../storage/write.ts';

/** The parameter of an authorization request that carries a ticket. */
export const TICKET = 'try_ticket';

/** Whose ticket it is, for an application and a code challenge; undefined when it opens nothing. */
export type ReadTicket = (ticket: string, about: { clientId: string; codeChallenge: string }) => UserId | undefined;

/** OAuth metadata of the client by which an application is tried. */
export function tryMetadata(application: Payload, publicUrl: URL): Payload {
  return {
    client_id: tryClientOf(String(application['client_id'])),
    client_name: application['client_name'],
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    redirect_uris: [new URL(TRY_REDIRECT_PATH, publicUrl).href],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: application['id_token_signed_response_alg'],
    unproven_addresses: application['unproven_addresses'],
    owner_id: application['owner_id'],
    owner_name: application['owner_name'],
  };
}

/** Refuses to try an application without a ticket for it, before anybody is asked anything. */
export function requireTicket(read: ReadTicket) {
  return (ctx: KoaContextWithOIDC, ticket: string | undefined): void => {
    const tried = triedBy(ctx.oidc.client?.clientId ?? '');
    if (tried !== null && holderOf(ctx, read, tried, ticket) === undefined) {
      throw new errors.AccessDenied('begin at the page of the application');
    }
  };
}

/** Refuses everybody but the administrator who began, whoever is logged in in this browser. */
export function tryCheck(read: ReadTicket): interactionPolicy.Check {
  return new interactionPolicy.Check('try', 'begun by somebody else', 'access_denied', (ctx) => {
    const tried = triedBy(ctx.oidc.client?.clientId ?? '');
    const { accountId } = ctx.oidc.session ?? {};
    if (tried !== null && accountId !== undefined) {
      const holder = holderOf(ctx, read, tried, ctx.oidc.params?.[TICKET]);
      if (holder === undefined || formatId('usr', holder) !== accountId) {
        throw new errors.AccessDenied('only the administrator who began may try it');
      }
    }
    return interactionPolicy.Check.NO_NEED_TO_PROMPT;
  });
}

function holderOf(ctx: KoaContextWithOIDC, read: ReadTicket, clientId: string, ticket: unknown): UserId | undefined {
  const codeChallenge = ctx.oidc.params?.['code_challenge'];
  if (typeof ticket !== 'string' || typeof codeChallenge !== 'string') return undefined;
  return read(ticket, { clientId, codeChallenge });
}
