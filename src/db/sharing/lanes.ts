import type { Database } from '../database.ts';
import { STATEMENT_SENT } from '../../base/signals/signals.ts';
import { Lane } from './lane.ts';

/** The lanes of one pool: what is read and what is written wait apart. */
export interface Lanes {
  reads: Lane;
  writes: Lane;
}

const lanes = new WeakMap<Database, Lanes>();

/** From here on requests of the same moment share statements on this pool. */
export function shareStatements(db: Database): void {
  lanes.set(db, {
    reads: new Lane(db, { inFlight: 2, afterLoss: 'again', sent: STATEMENT_SENT.reads }),
    writes: new Lane(db, { inFlight: 1, afterLoss: 'fail', sent: STATEMENT_SENT.writes }),
  });
}

/** The lanes of a pool; undefined within a transaction, whose statements nobody shares, and where sharing is off. */
export function lanesOf(db: Database): Lanes | undefined {
  return lanes.get(db);
}
