import { decodeJwt } from 'jose';
import { errors } from 'oidc-provider';
import type { Client, FapiProfile, KoaContextWithOIDC } from 'oidc-provider';
import type { Seconds } from '../base/clock.ts';
import { after, epochSeconds } from '../base/clock.ts';
import { HIGH_SECURITY } from './clients.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';

/** Signatures of high-security applications: FAPI 2.0 Security Profile 5.4.1; EdDSA is Ed25519, by either name. */
const ALGORITHMS: ReadonlySet<unknown> = new Set(['PS256', 'ES256', 'EdDSA', 'Ed25519']);

/** How far the clock that made a JWT may be ahead (FAPI 2.0 Security Profile 5.3.2.1: 10 s at least, 60 s at most). */
const CLOCK_AHEAD: Seconds = 60;

/** oidc-provider's `features.fapi.profile`: FAPI 2.0 holds for applications that are registered so. */
export function fapiProfile(_ctx: KoaContextWithOIDC, client: Client | undefined): FapiProfile | undefined {
  return client?.[HIGH_SECURITY] === true ? '2.0' : undefined;
}

/**
 * Checks what the library leaves open of a client assertion. Its audience is the issuer, one string (FAPI 2.0 Security
 * Profile 5.3.2.1): one made for another server's endpoint is not taken here.
 */
export async function assertClientAssertion(
  ctx: KoaContextWithOIDC,
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
  client: Client,
): Promise<void> {
  if (claims['aud'] !== ctx.oidc.issuer) {
    throw new errors.InvalidClientAuth('audience (aud) must be the issuer identifier, a single string');
  }
  if (isOfTomorrow(claims['iat'])) throw new errors.InvalidClientAuth('iat is in the future');
  if (client[HIGH_SECURITY] === true && !ALGORITHMS.has(header['alg'])) {
    throw new errors.InvalidClientAuth('a high-security application signs with PS256, ES256 or EdDSA');
  }
}

/**
 * oidc-provider's `features.dPoP.requireNonce`, asked before it reads a proof: no nonce is required, but a proof made
 * ahead of time is refused. The library takes one of five minutes ahead.
 */
export function refuseProofAhead(ctx: KoaContextWithOIDC): boolean {
  let issuedAt: unknown;
  try {
    issuedAt = decodeJwt(ctx.get('DPoP')).iat;
  } catch {
    return false; // no proof: the library says so
  }
  if (isOfTomorrow(issuedAt)) throw new errors.InvalidDpopProof('DPoP proof iat is in the future');
  return false;
}

function isOfTomorrow(issuedAt: unknown): boolean {
  return typeof issuedAt === 'number' && issuedAt > epochSeconds(after(UnitOfWork.current().now, CLOCK_AHEAD));
}
