/**
 * Logout in both directions between us and an organization's identity provider.
 *
 *     switch-provider-logout.ts   an administrator switches on that who logs out here is sent to the provider
 *     logout-hint.ts              what the provider's end session endpoint is told of a login: kept sealed, in the session
 *     send-logout.ts              the request to that endpoint (OpenID Connect RP-Initiated Logout 1.0)
 *     receive-logout-token.ts     a logout token of the provider (OpenID Connect Back-Channel Logout 1.0)
 *     receive-front-channel.ts    a page of the provider in an iframe (OpenID Connect Front-Channel Logout 1.0)
 *     logout-urls.ts              what is registered at the provider for all three; logout-store.ts: the SQL
 */
import type { Connection } from '../connection.ts';
import type { LoginId, OrganizationId, UserId } from '../../base/ids.ts';
import type { SealedPlace, SecretBox } from '../../base/secret-box.ts';
import type { StatedSession } from '../../connectors/connector.ts';
import type { ProviderSession } from '../../sessions/login-result.ts';

/** What a login keeps of the provider's session; the hint only where people are sent there to log out, sealed for the login. */
export function keepSession(
  deps: { secrets: SecretBox },
  stated: StatedSession | undefined,
  { loginId, connection }: { loginId: LoginId; connection: Connection },
): StatedSession | null {
  if (stated === undefined) return null;
  const { logoutHint: hint } = stated;
  const kept = connection.providerLogout && hint !== null;
  return { ...stated, logoutHint: kept ? deps.secrets.seal(hint, loginPlace(loginId)).toString('base64url') : null };
}

/** The same for the session that is made of the login: the hint sealed for its user. */
export function toProviderSession(
  deps: { secrets: SecretBox },
  kept: StatedSession | null,
  of: { loginId: LoginId; userId: UserId; organizationId: OrganizationId },
): ProviderSession | null {
  if (kept === null || kept.logoutHint === null) return kept;
  const hint = deps.secrets.open(Buffer.from(kept.logoutHint, 'base64url'), loginPlace(of.loginId));
  return { ...kept, logoutHint: deps.secrets.seal(hint, sessionPlace(of)).toString('base64url') };
}

/** Where the hint of a login stands sealed until its session is made. */
function loginPlace(loginId: LoginId): SealedPlace {
  return { table: 'login', column: 'state', row: loginId, organization: '' };
}

/** Where the hint of a session stands sealed: one user's opens in no session of another. */
export function sessionPlace(of: { userId: UserId; organizationId: OrganizationId }): SealedPlace {
  return { table: 'session', column: 'logout_hint', row: of.userId, organization: of.organizationId };
}
