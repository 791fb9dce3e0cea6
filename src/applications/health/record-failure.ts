import type { Failure } from './failure-causes.ts';
import { upsertFailure } from './application-health-store.ts';
import { MOST_EVENTS } from './health-memory.ts';
import type { HealthMemory } from './health-memory.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';

/** A refused request, and whose application sent it. */
export interface RefusedRequest {
  clientId: string;
  name: string;
  organizationId: OrganizationId;
  failure: Failure;
  /** What the protocol's answer says of it, as it may be kept. */
  problem: string;
  reference: string;
  /** It proved more than a client ID, which anybody can send. */
  proved: boolean;
}

/**
 * Records a refused request of an application: counted by its cause, with an event for the owner. Strangers can send such
 * requests without end, so both are bounded: by {@link HealthMemory} in each server process, and the events once more over
 * all of them.
 * @returns whether it was written, and not only counted
 */
export async function recordFailure(
  deps: { db: Database; clock: Clock; memory: HealthMemory },
  refused: RefusedRequest,
): Promise<boolean> {
  const { clientId, failure, reference, proved } = refused;
  const now = deps.clock.now();
  // In a window of their own: what strangers send hides nothing.
  const cause = proved ? failure.cause : `${failure.cause} of anybody`;
  const count = deps.memory.failed({ clientId, cause }, now);
  if (count === 0) return false;
  await inTransaction(deps, async (deps) => {
    const counted = await upsertFailure(deps.db, { ...failure, clientId, count, reference, proved }, now);
    if (counted !== undefined && counted <= MOST_EVENTS) await recordEvent(deps, eventOf(refused));
  });
  return true;
}

/** As {@link recordFailure}, for an application that is part of the service: events alone. */
export async function recordOwnFailure(
  deps: { db: Database; clock: Clock; memory: HealthMemory },
  refused: RefusedRequest,
): Promise<boolean> {
  const { clientId, failure } = refused;
  if (deps.memory.failed({ clientId, cause: failure.cause }, deps.clock.now()) === 0) return false;
  await inTransaction(deps, async (deps) => recordEvent(deps, eventOf(refused)));
  return true;
}

/** The event of a refused request. */
export function eventOf({
  clientId,
  name,
  organizationId,
  failure,
  problem,
  reference,
}: Omit<RefusedRequest, 'proved'>) {
  const { cause, came, wanted } = failure;
  const told = { ...(came === null ? {} : { came }), ...(wanted === null ? {} : { wanted }) };
  const details = { name, application: clientId, cause, problem, ...told, reference };
  return { organizationId, kind: 'application.request-refused', actor: STRANGER, details } as const;
}
