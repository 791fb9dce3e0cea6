import type { Application } from './application.ts';
import type { UsableSecret } from './credentials/client-secret.ts';
import { selectByClientId, selectUsableBy } from './application-store.ts';
import type { UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/** The application behind an OAuth client_id and its client secrets, undefined when there is none. */
export async function findByClientId(
  deps: { db: Database },
  clientId: string,
): Promise<(Application & { secrets: UsableSecret[] }) | undefined> {
  return selectByClientId(deps.db, clientId);
}

/** What a user may log in to, by name; *Your applications* opens those that say where they begin. */
export async function findUsable(deps: { db: Database }, userId: UserId): Promise<Application[]> {
  return selectUsableBy(deps.db, userId);
}
