import type { Actor, NewAuditEvent } from './audit-event.ts';
import { insertEvent } from './audit-store.ts';
import type { Clock } from '../base/clock.ts';
import type { Transaction } from '../db/database.ts';

/** Records an event in the transaction of what it records: both are committed or neither. */
export async function recordEvent(deps: { db: Transaction; clock: Clock }, event: NewAuditEvent): Promise<void> {
  await insertEvent(deps.db, event, deps.clock.now());
}

/** The actor of an operation's caller. */
export function actorOf(caller: { kind: 'user' | 'api-token' | 'operator'; id: string | null; name: string }): Actor {
  return { kind: caller.kind, id: caller.id, name: caller.name };
}
