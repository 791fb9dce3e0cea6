import { selectOpenResource } from './open-resource-store.ts';
import type { OpenResource } from './open-resource-store.ts';
import { selectGround, selectTaken } from './unregistered-store.ts';
import type { Database } from '../../db/database.ts';
import type { Organization } from '../../organizations/organization.ts';

/**
 * Where an application that nobody registered stands; undefined where no organization's people may log in to such: then its
 * client ID is one of no application, and its document is never read.
 */
export async function findGround(
  deps: { db: Database },
  clientId: string,
): Promise<{ root: Pick<Organization, 'id' | 'name'>; isKnown: boolean } | undefined> {
  return selectGround(deps.db, clientId);
}

/** The API resource of an audience, if applications that nobody registered may ask for it now. */
export async function findOpenResource(deps: { db: Database }, audience: string): Promise<OpenResource | undefined> {
  return selectOpenResource(deps.db, audience);
}

/** Whether people of any organization may log in to applications that nobody registered. */
export async function areTaken(deps: { db: Database }): Promise<boolean> {
  return selectTaken(deps.db);
}
