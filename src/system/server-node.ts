/*
 * What who runs the service looks at: the page /console/system, `gatehouse status`.
 *
 *   serve → note-server.ts → server_node            every minute, and away again at the end
 *   read-system.ts → server-node-store.ts, system-store.ts, mail/queue, read-disk.ts → System
 *                  → find-warnings.ts               what needs attention, from these facts
 *   mails.ts: the mails, sending one again, a test mail
 *
 * All of it is of the whole service: who-runs-it.ts lets administrators of the root organization in, and nobody else.
 */
import { MINUTE, after } from '../base/clock.ts';

/** A server process. */
export interface ServerNode {
  /** UUID, new at each start. */
  id: string;
  version: string;
  hostName: string;
  /** Processes of its service. */
  workers: number;
  startedAt: Date;
  seenAt: Date;
}

/** Every process notes itself so often, seconds. */
export const NOTED_EVERY = MINUTE;

/** Whether a process missed several of its notes: it ended without saying so, or has no database. */
export function isLost(node: ServerNode, now: Date): boolean {
  return node.seenAt < after(now, -4 * NOTED_EVERY);
}

/** Lost processes whose place nobody took: none of the same host began after them. */
export function missingNodes(nodes: readonly ServerNode[], now: Date): ServerNode[] {
  return nodes.filter(
    (node) =>
      isLost(node, now) &&
      !nodes.some(({ hostName, startedAt }) => hostName === node.hostName && startedAt > node.startedAt),
  );
}
