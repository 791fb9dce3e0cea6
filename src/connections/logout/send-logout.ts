import { sessionPlace } from './logout-hint.ts';
import { logoutUrls } from './logout-urls.ts';
import type { SessionId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import { findProviderLogin } from '../../sessions/find-session.ts';
import type { ProviderLogin } from '../../sessions/session.ts';
import { connectorOf } from '../connection-settings.ts';
import { selectConnectionOfSession } from '../connection-store.ts';

export interface SendLogoutDeps {
  db: Database;
  secrets: SecretBox;
  connectors: Connectors;
  publicUrl: URL;
}

/**
 * Where the browser of a session that ends here is sent to end the provider's own session, too (OpenID Connect RP-Initiated
 * Logout 1.0); null where the connection does not ask for that, or its provider has no such page. Nothing is fetched: a
 * provider that is down keeps nobody from being logged out here.
 * @param state comes back with the browser
 */
export async function findProviderLogout(deps: SendLogoutDeps, session: SessionId, state: string): Promise<URL | null> {
  const login = await findProviderLogin(deps, session);
  if (login === undefined || login.connectionId === null) return null;
  const connection = await selectConnectionOfSession(deps.db, login.connectionId);
  if (connection?.providerLogout !== true || connection.heldSince !== null) return null;
  const { settings, method, organizationId } = connection;
  const { afterLogout: postLogoutRedirectUri } = logoutUrls(deps.publicUrl.href, organizationId);
  const request = { hint: openHint(deps, login), postLogoutRedirectUri, state };
  return connectorOf(deps, method).logoutUrl?.({ settings }, request) ?? null;
}

/** What the provider is told of the login; null where none was kept, or under a master key that is gone: then it asks. */
function openHint(
  { secrets }: { secrets: SecretBox },
  { userId, organizationId, logoutHint }: ProviderLogin,
): string | null {
  if (userId === null || organizationId === null || logoutHint === null) return null;
  try {
    return secrets.open(logoutHint, sessionPlace({ userId, organizationId }));
  } catch {
    return null;
  }
}
