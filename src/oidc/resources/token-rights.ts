import type { AccessToken, ClientCredentials, KoaContextWithOIDC } from 'oidc-provider';
import { actorOfNew } from '../acting/actors.ts';
import { formatId } from '../../base/ids.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { UserAccess } from '../storage/user-access-store.ts';

/**
 * oidc-provider's `extraTokenClaims`: what a signed access token says beside the library's claims (RFC 9068 2.2). How and
 * when the person authenticated stands in the code or refresh token it follows from; organization and roles are as in the
 * ID token, and only where that was allowed ({@link tellsOf}). A machine application's token speaks of nobody.
 */
export async function rightsInToken(
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Promise<Record<string, unknown> | undefined> {
  if (!('accountId' in token)) return undefined;
  const acting = token.client === undefined ? undefined : actorOfNew(token, token.client);
  if (token.format !== 'jwt') return acting;
  const { AuthorizationCode, RefreshToken, DeviceCode } = ctx.oidc.entities;
  const source = AuthorizationCode ?? DeviceCode ?? RefreshToken;
  const access = UnitOfWork.current().subject();
  if (access !== null && acting === undefined && !tellsOf(access)) return undefined;
  return {
    ...acting,
    ...(access === null ? {} : rightsOf(access)),
    ...(source?.authTime === undefined ? {} : { auth_time: source.authTime }),
    ...(source?.acr === undefined ? {} : { acr: source.acr }),
    ...(source?.amr === undefined ? {} : { amr: source.amr }),
  };
}

/**
 * Whether an application gets an access token that says more of its user than who it is: whoever allowed it something at an
 * API, but never `openid`, was told of an identifier alone.
 */
export function tellsOf({ firstParty, consentScope }: UserAccess): boolean {
  return firstParty || (consentScope ?? '').split(' ').includes('openid');
}

/** Of which organization an access token speaks, and what its user may do there. */
export function rightsOf(access: UserAccess): Record<string, unknown> {
  return {
    org_id: formatId('org', (access.organizationInScope ?? access.home).id),
    roles: access.roles,
  };
}
