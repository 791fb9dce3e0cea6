import type { AccessToken, Client, ClientCredentials, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';
import { actorIn } from '../acting/actors.ts';
import { refusalOf } from '../claims.ts';
import { CONSOLE_CLIENT } from '../clients.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import { stillGranted } from './still-granted.ts';
import { rightsOf, tellsOf } from './token-rights.ts';

type Token = AccessToken | ClientCredentials | RefreshToken;

/**
 * oidc-provider's introspection `allowedPolicy` (RFC 7662): told of a token is the application it was given to, and, of an
 * access token for an API resource, an application of that resource's owner that authenticates itself: the API. For
 * everybody else, and when its user, its application or their rights are gone, a token is inactive (2.2).
 */
export async function mayIntrospect(_ctx: KoaContextWithOIDC, client: Client, token: Token): Promise<boolean> {
  const work = UnitOfWork.current();
  if (token.clientId === undefined) return false;
  const audience = 'aud' in token && typeof token.aud === 'string' ? token.aud : null;
  if (token.clientId !== client.clientId && (audience === null || client.clientAuthMethod === 'none')) return false;
  if ('accountId' in token && token.accountId !== undefined) {
    const access = work.presentedToken()?.access ?? null;
    if (access === null || refusalOf(access, token.clientId, work.now) !== null) return false;
    // As they are now, not as they were when it was issued.
    const act = actorIn('extra' in token ? token.extra : undefined);
    const rights = act !== undefined || tellsOf(access) ? rightsOf(access) : {};
    if (audience !== null) Object.assign(token, { extra: { ...(act && { act }), ...rights } });
  }
  if (audience === null || token.clientId === CONSOLE_CLIENT) return true;
  const access = await stillGranted(token, audience);
  return access !== null && client['owner_id'] === access.ownerId;
}
