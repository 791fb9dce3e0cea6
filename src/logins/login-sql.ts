import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { LoginChange, RequestPayload } from './login-row.ts';
import { writeState } from './login-state.ts';
import { organizationOf } from './trace.ts';
import { after } from '../base/clock.ts';
import type { Seconds } from '../base/clock.ts';
import type { LoginId, OrganizationId, UserId } from '../base/ids.ts';
import { toStorableJson } from '../base/outside-text.ts';
import { randomReadable, randomUuid, sha256 } from '../base/random.ts';

// Parts of statements that write more than a login: of the OpenID Provider's one, and of those that end a login or send a
// browser to its provider.

/**
 * Part of a larger statement, or one of its own: a login's new state. Callers name the version they read, here or where
 * they lock the row.
 */
export function changeLogin(
  row: { id: LoginId; version: number },
  change: LoginChange,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { login } = change.state;
  return sql`update login set step = ${login.step}, state = ${writeState(change)}::jsonb,
      trace = ${toStorableJson(change.trace)}::jsonb, refusal = ${login.refusal},
      organization_id = ${organizationOf(login, change.trace)}, user_id = ${login.subject?.userId ?? null},
      version = ${row.version + 1}
    where id = ${row.id} and ${onlyIf}`;
}

/** That nobody wrote a login since it was read. `ended_at` is written by the OpenID Provider, which takes the result. */
export function isAsRead({ version }: { version: number }): RawBuilder<unknown> {
  return sql`version = ${version} and ended_at is null`;
}

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
 * Ends a login; returns a row for the one request that ended it. What it proved, and what the provider's end session endpoint
 * is told of it, stands in the session from now on, and here no longer: a login is kept for weeks.
 */
export function endLogin(now: Date, handle: string): RawBuilder<unknown> {
  return sql`update login set ended_at = ${now}, version = version + 1,
      state = (state - '{result,stepState}'::text[]) #- '{login,federated,providerSession,logoutHint}'
    where handle_hash = ${sha256(handle)} and ended_at is null returning 1`;
}
