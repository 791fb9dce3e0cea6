import { sql } from 'kysely';
import type { LoginId, OrganizationId, SessionId, UserId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/** What the login door wants to know of a login besides the library's part. */
export interface LoginHead {
  reference: string;
  /** Who was logged in in this browser when the login began, if the session lives on. */
  session: { id: SessionId; userId: UserId; organizationId: OrganizationId; amr: string[]; emergency: boolean } | null;
}

/** By the login's own id, which the browser's cookie proved. */
export async function selectLoginHead(db: Database, id: LoginId): Promise<LoginHead> {
  const row = await db
    .selectFrom('login')
    .leftJoin('session', (join) => join.on(sql<boolean>`session.uid = login.request #>> '{session,uid}'`))
    .select([
      'login.reference',
      'session.id',
      'session.user_id',
      'session.organization_id',
      'session.amr',
      'session.emergency',
    ])
    .where('login.id', '=', id)
    .executeTakeFirstOrThrow();
  const { id: sessionId, user_id: userId, organization_id: organizationId } = row;
  return {
    reference: row.reference,
    session:
      sessionId === null || userId === null || organizationId === null
        ? null
        : { id: sessionId, userId, organizationId, amr: row.amr ?? [], emergency: row.emergency ?? false },
  };
}
