import { selectConnectionsOfSession } from './logout-store.ts';
import { inTransaction } from '../../db/database.ts';
import { endSessionsOfProvider } from '../../sessions/end-sessions.ts';
import type { EndSessionsDeps } from '../../sessions/end-sessions.ts';

/**
 * Shortest `sid` that is taken, in characters. The request carries no proof: whoever knows the name of a session ends it, so
 * a name that can be guessed ends none. Entra ID's are GUIDs, of other providers 20 characters and more.
 */
const SHORTEST_SID = 16;
const LONGEST = 2000;

/**
 * A front-channel logout (OpenID Connect Front-Channel Logout 1.0; the one kind Entra ID sends): the provider's page loads our
 * address in an iframe. Cookies of ours do not arrive there (SameSite, and browsers without third-party cookies), so the
 * sessions are found by issuer and `sid` alone, as told by the ID tokens they were made of.
 */
export async function receiveFrontChannelLogout(
  deps: EndSessionsDeps,
  { issuer, sid }: { issuer: string | null; sid: string | null },
): Promise<void> {
  if (issuer === null || sid === null || issuer.length > LONGEST || sid.length > LONGEST) return;
  if (sid.length < SHORTEST_SID || [issuer, sid].some((text) => /\p{Cc}/u.test(text) || !text.isWellFormed())) return;
  const connectionIds = await selectConnectionsOfSession(deps.db, issuer, sid);
  if (connectionIds.length === 0) return;
  await inTransaction(deps, async (deps) =>
    endSessionsOfProvider(deps, { connectionIds, providerSid: sid, userIds: [] }),
  );
}
