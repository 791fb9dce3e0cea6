import { sql } from 'kysely';
import type { ConnectionId, OrganizationId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { deleteWhere } from '../../db/retention.ts';

/** Connections whose people a front-channel request can be about. */
const MOST_OF_AN_ISSUER = 1000;

/**
 * Connections of an issuer that a session in the provider's session `sid` was made through. Over all organizations: the
 * request names none. Found by the session, of which there is an index by `sid`.
 */
export async function selectConnectionsOfSession(db: Database, issuer: string, sid: string): Promise<ConnectionId[]> {
  const rows = await db
    .selectFrom('session')
    .innerJoin('connection', 'connection.id', 'session.connectionId')
    .select('connection.id')
    .distinct()
    .where('session.providerSid', '=', sid)
    .where('connection.issuer', '=', issuer)
    .limit(MOST_OF_AN_ISSUER)
    .execute();
  return rows.map(({ id }) => id);
}

/** The ids of an organization's connections to an issuer, those before the one in force too: sessions made through them live on. */
export async function selectConnectionsOfIssuer(
  db: Database,
  organizationId: OrganizationId,
  issuer: string,
): Promise<ConnectionId[]> {
  const rows = await db
    .selectFrom('connection')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('issuer', '=', issuer)
    .where('state', '!=', 'draft')
    .orderBy('configuredAt', 'desc')
    .limit(MOST_OF_AN_ISSUER)
    .execute();
  return rows.map(({ id }) => id);
}

/** Remembers a logout token until it would be refused for its age; false where it was received before. */
export async function insertLogoutToken(
  db: Transaction,
  token: { connectionId: ConnectionId; jtiHash: Buffer; expiresAt: Date },
): Promise<boolean> {
  const result = await db
    .insertInto('logoutToken')
    .values(token)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Deletes what is remembered of logout tokens that are too old to be taken. Over all organizations. */
export async function deleteLogoutTokensBefore(db: Database, now: Date): Promise<number> {
  return deleteWhere(db, 'logoutToken', sql`expires_at < ${now}`);
}
