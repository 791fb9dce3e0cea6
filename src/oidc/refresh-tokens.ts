import { createHmac } from 'node:crypto';
import type { Client, KoaContextWithOIDC, Provider, RefreshToken } from 'oidc-provider';
import type { Seconds } from '../base/clock.ts';
import { REFRESH_FAMILY_LIFETIME, REFRESH_TOKEN_LIFETIME } from './lifetimes.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';

/** `rotate_refresh_tokens` and the client's authentication decide; see {@link rotates}. */
export const ROTATE_REFRESH_TOKENS = 'rotate_refresh_tokens';

/**
 * Whether a refresh gives a new refresh token. Applications that authenticate themselves or prove possession (DPoP, RFC
 * 9449) keep theirs unless rotation was chosen; public ones rotate (RFC 9700 4.14.2).
 */
function rotates(client: Client, token: RefreshToken | undefined): boolean {
  if (client[ROTATE_REFRESH_TOKENS] === true) return true;
  return client.clientAuthMethod === 'none' && token?.['jkt'] === undefined;
}

/** oidc-provider's `rotateRefreshToken`. */
export function rotateRefreshToken(ctx: KoaContextWithOIDC): boolean {
  const { client, entities } = ctx.oidc;
  return client !== undefined && rotates(client, entities.RefreshToken);
}

/** Lifetime of a refresh token in seconds: of one that rotates until it is used, of one that is kept as long as its family. */
export function refreshTokenLifetime(_ctx: KoaContextWithOIDC, token: RefreshToken, client: Client): Seconds {
  const left = REFRESH_FAMILY_LIFETIME - token.totalLifetime();
  return Math.max(1, rotates(client, token) ? Math.min(REFRESH_TOKEN_LIFETIME, left) : left);
}

/**
 * Derives the successor of a refresh token from the one presented: within the grace (`REFRESH_GRACE`) the same client gets
 * the same successor however often it asks, and nothing redeemable is stored.
 */
export function deriveSuccessors(provider: Provider, key: Buffer): void {
  const { prototype } = provider.RefreshToken as unknown as { prototype: { generateTokenId(): string } };
  const random = prototype.generateTokenId;
  prototype.generateTokenId = function generateTokenId(this: RefreshToken): string {
    const presented = UnitOfWork.current().presentedToken();
    if (presented?.kind !== 'RefreshToken') return random.call(this);
    return createHmac('sha256', key).update(presented.hash).digest('base64url');
  };
}
