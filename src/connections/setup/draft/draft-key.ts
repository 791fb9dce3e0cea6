import { holderOf } from '../setup-invitation.ts';
import type { SetupInvitation } from '../setup-invitation.ts';
import { lockSetup } from '../open-setup.ts';
import type { OpenDeps } from '../open-setup.ts';
import { updateSetup } from '../setup-store.ts';
import { isKeyCredential } from '../../keys/client-keys.ts';
import type { ClientKey, ClientKeySet } from '../../keys/client-keys.ts';
import { deleteUnusedSet, selectKeys, selectKeySet } from '../../keys/client-key-store.ts';
import { makeKeySet } from '../../keys/manage-client-keys.ts';
import { HOUR } from '../../../base/clock.ts';
import { inTransaction } from '../../../db/database.ts';
import type { Database } from '../../../db/database.ts';

/** Keys made through one link: each costs time of a processor. */
const MOST_KEYS = { name: 'setup-key', points: 10, seconds: HOUR };

/**
 * Makes the key of a link's draft where the guide that is followed needs one and there is none of its kind. It is tied to
 * nothing yet: the connection takes it when it is turned on, and it is deleted with the draft.
 * @throws setup-link.ended, client-keys.too-many, request.too-many
 */
export async function prepareDraftKey(deps: OpenDeps, { id, organizationId }: SetupInvitation): Promise<void> {
  await deps.rateLimit.consume(MOST_KEYS, id);
  await inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, { id, organizationId });
    const { credential } = locked;
    if (credential === null || !isKeyCredential(credential)) return;
    const present = await readDraftKey(deps, locked);
    if (present?.set.credential === credential) return;
    if (present !== null) await deleteUnusedSet(deps.db, organizationId, present.set.id);
    const made = await makeKeySet(deps, holderOf(locked), { organizationId, credential });
    await updateSetup(deps.db, locked, { clientKeySetId: made.id });
  });
}

/** The key that was made for a link's draft, its public part alone; null where there is none. */
export async function readDraftKey(
  deps: { db: Database },
  { organizationId, clientKeySetId: id }: Pick<SetupInvitation, 'organizationId' | 'clientKeySetId'>,
): Promise<{ set: ClientKeySet; key: ClientKey } | null> {
  const set = id === null ? undefined : await selectKeySet(deps.db, organizationId, id);
  if (set === undefined) return null;
  const [key] = await selectKeys(deps.db, organizationId, set.id);
  return key === undefined ? null : { set, key };
}
