import { MOST_EVENTS } from './health-memory.ts';
import type { HealthMemory } from './health-memory.ts';
import { eventOf } from './record-failure.ts';
import { selectUnknown, selectUnknownIds, upsertUnknown, upsertUnknownId } from './unknown-application-store.ts';
import type { UnknownClientId } from './unknown-application-store.ts';
import { readWhatCame } from './what-came.ts';
import { isDocumentUrl } from '../unregistered/client-document.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { after } from '../../base/clock.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { readId } from '../../base/ids.ts';
import { cutText } from '../../base/outside-text.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';

/** A request that names an application that is none. */
export interface UnknownRequest {
  /** The client ID as it came. */
  stated: string;
  problem: string;
  reference: string;
}

/**
 * Counts a request with a client ID of no application: in one row an hour, and under what it named, of which few are kept. The first of each hour are events in the root's log
 * too, where *Why?* finds them by the reference of their page.
 * @returns whether it was written, and not only counted
 */
export async function countUnknown(
  deps: { db: Database; clock: Clock; memory: HealthMemory },
  { stated, problem, reference }: UnknownRequest,
): Promise<boolean> {
  const now = deps.clock.now();
  // One window for all ids: each of them may be another one.
  const count = deps.memory.failed({ clientId: '', cause: 'unknown-client' }, now);
  if (count === 0) return false;
  const { clientId, came } = readStated(stated);
  await inTransaction(deps, async (deps) => {
    const counted = await upsertUnknown(deps.db, { clientId: came, count }, now);
    await upsertUnknownId(deps.db, came, now);
    const root = counted > MOST_EVENTS ? undefined : await findRootOrganization(deps);
    if (root === undefined) return;
    const failure = { cause: 'unknown-client', came, wanted: null } as const;
    const about = { clientId, name: clientId, organizationId: root.id, failure, problem, reference };
    await recordEvent(deps, eventOf(about));
  });
  return true;
}

/**
 * What is kept of a client ID that is none. Only one of our form is kept whole: who swaps the fields of ID and secret sends the
 * secret here, so of everything else the first characters and the length are kept, of a URL its host.
 */
function readStated(stated: string): { clientId: string; came: string } {
  if (readId('app', stated) !== undefined) return { clientId: stated, came: stated };
  if (stated === '') return { clientId: '–', came: '–' };
  // The URL of a document that was not taken: its host tells whose it is.
  const host = isDocumentUrl(stated) ? (URL.parse(stated)?.host ?? '') : '';
  if (host !== '') return { clientId: '–', came: readWhatCame(cutText(`https://${host}`, 80)) };
  return { clientId: '–', came: `${readWhatCame(cutText(stated, 4))}… (${stated.length})` };
}

/** How many such requests came within the last `seconds`. */
export async function findUnknown(
  deps: { db: Database; clock: Clock },
  { seconds }: { seconds: Seconds },
): Promise<{ count: number; lastAt: Date | null; clientId: string | null }> {
  return selectUnknown(deps.db, after(deps.clock.now(), -seconds));
}

/** Which client IDs of no application were named in the last 30 days: those kept, at most 20, the newest first. */
export async function findUnknownIds({ db, clock }: { db: Database; clock: Clock }): Promise<UnknownClientId[]> {
  return selectUnknownIds(db, clock.now());
}
