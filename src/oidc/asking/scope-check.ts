import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { SCOPES } from '../grants.ts';

/**
 * Refuses an authorization request that could give nothing. Without `openid` the library would ask for consent and give tokens
 * that open nothing; a request for an API (RFC 8707) and a device (RFC 8628) may go without, with a scope of OpenID Connect or
 * one of the API that the application may ask for. Without any, a person would log in and be refused without a reason.
 */
export function requireScope(ctx: KoaContextWithOIDC, scope: string | undefined): void {
  const asked = (scope ?? '').split(' ');
  const servers = Object.values(ctx.oidc.resourceServers ?? {});
  const mayGoWithout = ctx.oidc.route === 'device_authorization' || servers.length > 0;
  const isKnown = (each: string): boolean =>
    SCOPES.some((one) => one === each) || servers.some(({ scopes }) => scopes.has(each));
  if (mayGoWithout ? asked.some(isKnown) : asked.includes('openid')) return;
  const further = servers.length > 0 ? ', or a scope of the resource that the application may ask for' : '';
  throw new errors.CustomOIDCProviderError('invalid_scope', `scope must contain openid${further}`);
}
