import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { ServerNode } from './server-node.ts';

/** Notes a server process, or that it is still there. Of the service, no organization's. */
export async function upsertNode(db: Database, node: ServerNode): Promise<void> {
  await db
    .insertInto('serverNode')
    .values(node)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seenAt: node.seenAt }))
    .execute();
}

/** Takes the note of a process away: it stops. */
export async function deleteNode(db: Database, id: string): Promise<void> {
  await db.deleteFrom('serverNode').where('id', '=', id).execute();
}

/** The processes seen lately, the newest first. */
export async function selectNodes(db: Database, most: number): Promise<ServerNode[]> {
  return db
    .selectFrom('serverNode')
    .select(['id', 'version', 'hostName', 'workers', 'startedAt', 'seenAt'])
    .orderBy('seenAt', 'desc')
    .orderBy('id')
    .limit(most)
    .execute();
}

/** Deletes the notes of processes that were not seen since an instant. */
export async function deleteNodesBefore(db: Database, before: Date): Promise<number> {
  const { numAffectedRows } = await sql`delete from server_node where seen_at < ${before}`.execute(db);
  return Number(numAffectedRows ?? 0);
}
