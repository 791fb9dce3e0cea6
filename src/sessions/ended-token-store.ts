import { sql } from 'kysely';
import type { OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

/**
 * Ends the tokens of a user, or of an organization's users, that outlive their session (applications registered as
 * *offline*) and follow from a login before `startedBefore`. The mark is permanent and checked at every read of a token:
 * one that a refresh running beside inserts is ended too.
 */
export async function endOfflineTokens(
  db: Database,
  subject: UserId | OrganizationId,
  startedBefore: Date,
  now: Date,
): Promise<void> {
  await sql`insert into oidc_ended (subject_id, started_before, ended_at)
    values (${subject}, ${startedBefore}, ${now})
    on conflict (subject_id) do update
      set started_before = greatest(oidc_ended.started_before, excluded.started_before), ended_at = excluded.ended_at
  `.execute(db);
}

/** As {@link endOfflineTokens}, of the users of every organization. */
export async function endAllOfflineTokens(db: Database, now: Date): Promise<void> {
  await sql`insert into oidc_ended (subject_id, started_before, ended_at)
    select id, ${now}, ${now} from organization
    on conflict (subject_id) do update
      set started_before = greatest(oidc_ended.started_before, excluded.started_before), ended_at = excluded.ended_at
  `.execute(db);
}
