import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { SessionId, UserId } from '../base/ids.ts';
import { limitInForce } from '../db/limits/limit-policy-sql.ts';

/**
 * Live sessions of a user that are too many beside the session `uid`, which is made or renewed in the same statement:
 * all but those used last. Of sessions made at the same moment neither counts the other; the user's next login does.
 */
export function surplusSessions(now: Date, userId: UserId, uid: string): RawBuilder<{ id: SessionId }> {
  return sql<{ id: SessionId }>`select id from session
    where user_id = ${userId} and uid <> ${uid} and expires_at > ${now} and idle_expires_at > ${now}
    order by last_seen_at desc offset ${limitInForce('user-sessions')} - 1`;
}
