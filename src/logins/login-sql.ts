import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { RequestPayload } from './login-row.ts';
import { after } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { randomReadable, randomUuid, sha256 } from '../base/random.ts';

// Parts of the one statement in which the OpenID Provider writes what a request changed.

/** Inserts the login of an authorization request where `onlyIf` holds. `subject`: the user a question for consent concerns. */
export function insertLogin(
  now: Date,
  login: {
    handle: string;
    clientId: string;
    subject: { userId: UserId; organizationId: OrganizationId } | null;
    request: RequestPayload;
    lifetime: Seconds;
  },
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { subject } = login;
  return sql`insert into login (id, handle_hash, reference, client_id, organization_id, user_id, step, state, request, created_at, expires_at)
    select ${randomUuid()}::uuid, ${sha256(login.handle)}::bytea, ${randomReadable(8)}, ${login.clientId},
      ${subject?.organizationId ?? null}::uuid, ${subject?.userId ?? null}::uuid,
      ${subject === null ? 'identify' : 'consent'}, '{}'::jsonb, ${JSON.stringify(login.request)}::jsonb,
      ${now}::timestamptz, ${after(now, login.lifetime)}::timestamptz
    where ${onlyIf}`;
}

/** Replaces what the library keeps of the request. */
export function changeRequest(handle: string, request: RequestPayload): RawBuilder<unknown> {
  return sql`update login set request = ${JSON.stringify(request)}::jsonb where handle_hash = ${sha256(handle)}`;
}

/**
 * Ends a login; returns a row for the one request that ended it. What the provider's end session endpoint is told of it
 * stands in the session from now on, and here no longer.
 */
export function endLogin(now: Date, handle: string): RawBuilder<unknown> {
  return sql`update login set ended_at = ${now}, version = version + 1,
      state = state #- '{login,federated,providerSession,logoutHint}' #- '{result,providerSession,logoutHint}'
    where handle_hash = ${sha256(handle)} and ended_at is null returning 1`;
}
