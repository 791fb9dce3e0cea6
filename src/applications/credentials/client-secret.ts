/**
 * What an application authenticates with.
 *
 *   client-secret.ts         up to two client secrets; client-secret-store.ts: their SQL
 *   manage-client-secrets.ts an administrator makes another one, or removes one
 *   high-security.ts         what the FAPI 2.0 Security Profile decides
 */
import type { Seconds } from '../../base/clock.ts';
import { MINUTE } from '../../base/clock.ts';
import type { ApplicationId, ApplicationSecretId, OrganizationId } from '../../base/ids.ts';

/** A client secret; the secret itself is shown when it is made and stored as digest. */
export interface ClientSecret {
  id: ApplicationSecretId;
  applicationId: ApplicationId;
  organizationId: OrganizationId;
  /** SHA-256. */
  secretHash: Buffer;
  /** Null where a version of before did not note it; as `madeBy`, a name. */
  madeAt: Date | null;
  madeBy: string | null;
  /** When its overlap ends; null for the newest. */
  expiresAt: Date | null;
  /** Within {@link USE_NOTED_EVERY}. */
  lastUsedAt: Date | null;
}

/** A client secret as far as it opens something. */
export interface UsableSecret {
  id: ApplicationSecretId;
  /** SHA-256, hex. */
  digest: string;
  /** Milliseconds since 1970; null: it does not end. */
  ends: number | null;
}

/** So many at a time: the newest, and the one that it replaces. */
export const MOST_SECRETS = 2;

/** The use of a client secret is written at most so often. */
export const USE_NOTED_EVERY: Seconds = 5 * MINUTE;

/** Whether a client secret can be used. */
export function isLive(secret: Pick<ClientSecret, 'expiresAt'>, now: Date): boolean {
  return secret.expiresAt === null || secret.expiresAt > now;
}
