import { sql } from 'kysely';
import type { PlainEnd } from './plain-end.ts';
import { changeLogin, isAsRead } from '../login-sql.ts';
import type { LoginChange } from '../login-sql.ts';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import { insertEvent } from '../../audit/event-sql.ts';
import { hasOpenLink } from '../../authenticators/reset-link-sql.ts';
import type { LoginId } from '../../base/ids.ts';
import { lockIdentity, markIdentity, markSuccess } from '../../connections/facts/plain-proof-sql.ts';
import type { Database } from '../../db/database.ts';
import { lockKnownUser, markLoggedIn } from '../../users/user-sql.ts';

/**
 * Writes the plain end of a login, all of it or nothing; whether it did. Each lock is taken only where the one before it
 * holds, and a row that another transaction changed meanwhile is compared as it stands after that.
 */
export async function writePlainEnd(
  db: Database,
  row: { id: LoginId; version: number },
  change: LoginChange,
  { user, proof, event }: PlainEnd & { event: NewAuditEvent },
  now: Date,
): Promise<boolean> {
  const holds = sql`exists (select 1 from holds)`;
  const success = proof.success === null ? sql`` : sql`success as (${markSuccess(proof.success, holds)}),`;
  const { rows } = await sql<{ ended: number }>`
    with its_login as (select 1 from login where id = ${row.id} and ${isAsRead(row)} for no key update),
      its_user as (${lockKnownUser(user, now, sql`exists (select 1 from its_login)`)}),
      its_identity as (${lockIdentity(proof, sql`exists (select 1 from its_user)`)}),
      holds as (select 1 from its_identity where not ${hasOpenLink(user)}),
      ended as (${changeLogin(row, change, holds)}),
      seen as (${markLoggedIn(user, now, holds)}),
      used as (${markIdentity(proof, now, holds)}),
      ${success}
      recorded as (${insertEvent(now, event, holds)})
    select count(*)::int as ended from holds`.execute(db);
  return rows[0]?.ended === 1;
}
