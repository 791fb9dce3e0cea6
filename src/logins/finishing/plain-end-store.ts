import { sql } from 'kysely';
import type { PlainEnd } from './plain-end.ts';
import type { LoginChange } from '../login-row.ts';
import { changeLogin, isAsRead } from '../login-sql.ts';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import { insertEvent } from '../../audit/event-sql.ts';
import { hasOpenLink, lockProvedPassword } from '../../authenticators/authenticator-sql.ts';
import type { LoginId } from '../../base/ids.ts';
import { lockIdentity, markIdentity, markSuccess } from '../../connections/facts/plain-proof-sql.ts';
import type { Database } from '../../db/database.ts';
import { isBuiltIn } from '../../organizations/organization-sql.ts';
import { lockKnownUser, markLoggedIn } from '../../users/user-sql.ts';

/**
 * Writes the plain end of a login, all of it or nothing; whether it did. Each lock is taken only where the one before it
 * holds, and a row that another transaction changed meanwhile is compared as it stands after that.
 */
export async function writePlainEnd(
  db: Database,
  row: { id: LoginId; version: number },
  change: LoginChange,
  end: PlainEnd & { event: NewAuditEvent },
  now: Date,
): Promise<boolean> {
  const { user, event } = end;
  const holds = sql`exists (select 1 from holds)`;
  const ofUser = sql`exists (select 1 from its_user)`;
  const proved =
    'proof' in end
      ? lockIdentity(end.proof, ofUser)
      : lockProvedPassword(user, end.passwordProvedAt, sql`${ofUser} and ${isBuiltIn(sql`${user.organizationId}`)}`);
  const marks =
    'proof' in end
      ? [
          sql`used as (${markIdentity(end.proof, now, holds)}),`,
          ...(end.proof.success === null ? [] : [sql`success as (${markSuccess(end.proof.success, holds)}),`]),
        ]
      : [];
  const { rows } = await sql<{ ended: number }>`
    with its_login as (select 1 from login where id = ${row.id} and ${isAsRead(row)} for no key update),
      its_user as (${lockKnownUser(user, now, sql`exists (select 1 from its_login)`)}),
      its_proof as (${proved}),
      holds as (select 1 from its_proof where not ${hasOpenLink(user)}),
      ended as (${changeLogin(row, change, holds)}),
      seen as (${markLoggedIn(user, now, holds)}),
      ${marks.length === 0 ? sql`` : sql.join(marks, sql` `)}
      recorded as (${insertEvent(now, event, holds)})
    select count(*)::int as ended from holds`.execute(db);
  return rows[0]?.ended === 1;
}
