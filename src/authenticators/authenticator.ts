import type { SecurityKey } from './security-key.ts';
import type { AuthenticatorId, OrganizationId, UserId } from '../base/ids.ts';
import type { SealedPlace } from '../base/secret-box.ts';

/**
 * What users enrolled to prove who they are: password, authenticator app (TOTP, RFC 6238), security keys (WebAuthn) and
 * recovery codes. All kinds are rows of `authenticator`, recovery codes of `recovery_code`.
 *
 * - enroll-authenticator.ts: prepare (check, hash, verify; outside of a transaction), then store within one.
 * - verify-authenticator.ts: a proof within a login; attempts are counted before they are made.
 * - dormant/deactivate-authenticators.ts: what an organization's people enrolled while it logs in elsewhere.
 * - ask-for-reset.ts, reset-password.ts, reset-authenticators.ts: links by mail, and an administrator's reset.
 * - password.ts, totp.ts, security-key.ts, recovery-codes.ts: one kind each, pure rules.
 */

/** Whose authenticators. */
export interface Owner {
  organizationId: OrganizationId;
  userId: UserId;
}

/** Something a user enrolled, as its owner sees it. */
export interface Authenticator {
  id: AuthenticatorId;
  kind: 'password' | 'totp' | 'security-key';
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** An authenticator app with what verifies its codes. */
export interface TotpAuthenticator extends Authenticator {
  sealedSeed: Buffer;
}

/** A security key with what verifies its signatures. */
export interface SecurityKeyAuthenticator extends Authenticator {
  key: SecurityKey;
}

/** What a user has enrolled, read by the statement that reads the login; for that one request alone. */
export interface AuthenticatorFacts {
  password: { id: AuthenticatorId; hash: string; setAt: Date } | null;
  totps: TotpAuthenticator[];
  securityKeys: SecurityKeyAuthenticator[];
  /** Unused ones. */
  recoveryCodes: number;
}

/** What a user may prove a second factor with, to choose from; nothing secret. */
export interface EnrolledFactors {
  totp: boolean;
  securityKeys: SecurityKeyAuthenticator[];
  recoveryCodes: number;
  /** Kind used last, offered first. */
  lastUsed: 'totp' | 'security-key' | null;
}

/** Where an authenticator app's seed is sealed. */
export function seedPlace(id: AuthenticatorId, owner: Owner): SealedPlace {
  return { table: 'authenticator', column: 'sealed_seed', row: id, organization: owner.organizationId };
}
