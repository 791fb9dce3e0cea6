import { PREVIOUS_KEY_FOR, PUBLISHED_FOR, UNUSED_FOR } from './client-keys.ts';
import { deleteOldKeys, selectKey, selectKeysDue, selectKeySet, switchKeys } from './client-key-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { after } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';

const AT_ONCE = 100;

/** Next keys that were published long enough are taken into use; previous keys, and sets nobody saved, are deleted. */
export async function tendClientKeys(deps: { db: Database; clock: Clock }): Promise<void> {
  const now = deps.clock.now();
  const published = after(now, -PUBLISHED_FOR);
  for (const { id, organizationId, clientKeySetId } of await selectKeysDue(deps.db, published, AT_ONCE)) {
    await inTransaction(deps, async (deps) => {
      const set = await selectKeySet(deps.db, organizationId, clientKeySetId, { lock: true });
      const key = await selectKey(deps.db, organizationId, clientKeySetId, id);
      if (set === undefined || key?.state !== 'next') return;
      await switchKeys(deps.db, key, now);
      const about = { clientKeys: formatId('cks', clientKeySetId), key: formatId('cky', id) };
      const details = { credential: set.credential, ...about };
      await recordEvent(deps, { organizationId, kind: 'client-key.taken-into-use', actor: SERVICE, details });
    });
  }
  await deleteOldKeys(deps.db, { previous: after(now, -PREVIOUS_KEY_FOR), unused: after(now, -UNUSED_FOR) });
}
