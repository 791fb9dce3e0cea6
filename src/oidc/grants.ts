import { triedBy } from '../applications/trying/try-ticket.ts';
import { hash } from 'node:crypto';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { apiResource, CONSOLE_CLIENT, START_CLIENT } from './clients.ts';
import { claimsOfScopes } from '../applications/consent/scope-claims.ts';
import { consentedScopes } from '../applications/resources/consent-scope.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';

/** Scopes an application may ask for. */
export const SCOPES = ['openid', 'profile', 'email'] as const;
/** The scope of access tokens for the API. */
export const API_SCOPE = 'api';

function digest(...parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 32);
}

/** The session id an application knows (`sid`), the same for every tab and process. */
export function sidOf(sessionUid: string, clientId: string): string {
  return digest('sid', sessionUid, clientId);
}

/** The id of the grant that stands for a session and an application. */
export function grantIdOf(sessionUid: string, clientId: string): string {
  return digest('grant', sessionUid, clientId);
}

/**
 * oidc-provider's loadExistingGrant: one grant for each session and application, made anew in each request. A
 * first-party application has all scopes; another what its user consented to.
 */
export async function loadExistingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, account, provider } = ctx.oidc;
  if (client === undefined || session === undefined || account === undefined) return undefined;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.jti = grantIdOf(session.uid, client.clientId);
  // Two tabs that enter at once shall not give the application two session ids.
  session.sidFor(client.clientId, sidOf(session.uid, client.clientId));

  const builtIn =
    client.clientId === START_CLIENT || client.clientId === CONSOLE_CLIENT || triedBy(client.clientId) !== null;
  const isTrusted = builtIn || client['first_party'] === true;
  const allowed = isTrusted ? SCOPES.join(' ') : (UnitOfWork.current().subject()?.consentScope ?? '');
  if (allowed !== '') grant.addOIDCScope(allowed);
  const claims = claimsOfScopes(allowed.split(' '));
  grant.addOIDCClaims([...ctx.oidc.requestParamClaims].filter((claim) => claims.has(claim)));
  if (client.clientId === CONSOLE_CLIENT) grant.addResourceScope(apiResource(new URL(provider.issuer)), API_SCOPE);
  for (const [audience, { scope }] of Object.entries(ctx.oidc.resourceServers ?? {})) {
    const granted = isTrusted ? null : await UnitOfWork.current().resource(client.clientId, audience);
    const scopes = isTrusted ? scope : granted === null ? '' : consentedScopes(allowed, granted).join(' ');
    if (scopes !== '') grant.addResourceScope(audience, scopes);
  }
  return grant;
}
