import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after, earlier } from '../../../base/clock.ts';
import { isSameJson } from '../json-value.ts';
import { randomUuid, sha256 } from '../../../base/random.ts';
import { parametersFor } from '../../../db/compiled-statement.ts';
import type { ValueSql, Values } from '../../../db/compiled-statement.ts';
import { fromRows } from '../../../db/sharing/given-rows.ts';
import type { RowPart } from '../../../db/sharing/given-rows.ts';
import type { LoginResult } from '../../../sessions/login-result.ts';
import { SESSION_IDLE, SESSION_LIFETIME, SESSION_SEEN_EVERY } from '../../lifetimes.ts';
import type { SessionRecord } from '../session-record-store.ts';
import type { Payload, SessionSave } from '../write.ts';

const KNOWN = {
  uid: 'text',
  cookieHash: 'bytea',
  payload: 'jsonb',
  entered: 'jsonb',
  now: 'timestamptz',
  idleEnd: 'timestamptz',
} as const;

/**
 * Part of a larger statement: saves sessions that are known. They are updated, never inserted again: one that was ended
 * meanwhile stays ended. To its applications are added those that the request entered and no others: two that are entered at
 * the same moment both stay, and one that left meanwhile (a withdrawn consent) does not come back.
 */
export const KNOWN_SESSION_PART: RowPart<typeof KNOWN> = {
  types: KNOWN,
  write: (values, rows, onlyIf) => updateSession(values, rows, onlyIf, sql``),
};

/** @param renewed SQL of what a login changes besides */
function updateSession(
  v: ValueSql<typeof KNOWN>,
  rows: RawBuilder<unknown> | null,
  onlyIf: RawBuilder<unknown>,
  renewed: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`update session s set cookie_hash = ${v.cookieHash},
        payload = ${v.payload} || jsonb_build_object('authorizations',
          coalesce(s.payload -> 'authorizations', '{}') || ${v.entered}),
        client_ids = array (select unnest(s.client_ids) union select jsonb_object_keys(${v.entered})),
        last_seen_at = ${v.now}, idle_expires_at = ${v.idleEnd}${renewed}
      ${fromRows(rows)} where s.uid = ${v.uid} and ${onlyIf}`;
}

/** The row of a known session. */
export function knownSessionRow(now: Date, write: SessionSave, known: SessionRecord | null): Values<typeof KNOWN> {
  return {
    uid: write.uid,
    cookieHash: sha256(write.cookie),
    payload: JSON.stringify(write.payload),
    entered: JSON.stringify(enteredSince(known, write.payload)),
    now,
    idleEnd: after(now, SESSION_IDLE),
  };
}

/**
 * Whether saving a session would change nothing but when it was last seen, and that was a moment ago: it is not written. An
 * idle session ends that moment earlier.
 */
export function isSessionAsKnown(now: Date, write: SessionSave, known: SessionRecord): boolean {
  return (
    now < after(known.lastSeenAt, SESSION_SEEN_EVERY) &&
    sha256(write.cookie).equals(known.cookieHash) &&
    isSameJson(write.payload, known.payload)
  );
}

/**
 * Saves a session as part of a larger statement, where `onlyIf` holds; a known one as {@link KNOWN_SESSION_PART}.
 * @param known the session as this request read it, null for a new one
 * @param login what a login of this request proved, null without one
 */
export function saveSession(
  now: Date,
  write: SessionSave,
  known: SessionRecord | null,
  login: LoginResult | null,
  onlyIf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const row = knownSessionRow(now, write, known);
  const provider = login?.providerSession ?? null;
  const ends = earlier(after(now, SESSION_LIFETIME), provider?.endsAt ?? null);
  const hint = provider?.logoutHint ?? null;
  const sealedHint = hint === null ? null : Buffer.from(hint, 'base64url');
  if (known !== null) {
    const renewed =
      login === null
        ? sql``
        : sql`, user_id = ${login.userId}, organization_id = ${login.organizationId},
      connection_id = ${login.connectionId}, method = ${login.method}, emergency = ${login.emergency},
      amr = ${login.amr}::text[], auth_time = ${login.authTime}, factor_at = ${login.factorAt}${
        login.withinSession
          ? sql``
          : sql`, logged_in_at = ${now}, expires_at = ${ends}, provider_sid = ${provider?.sid ?? null},
      provider_ends_at = ${provider?.endsAt ?? null}, logout_hint = ${sealedHint}`
      }`;
    return updateSession(parametersFor(KNOWN, row), null, onlyIf, renewed);
  }
  return sql`insert into session (id, cookie_hash, uid, user_id, organization_id, connection_id, method, emergency, amr,
      auth_time, factor_at, logged_in_at, last_seen_at, expires_at, idle_expires_at, client_ids, payload, provider_sid,
      provider_ends_at, logout_hint)
    select ${randomUuid()}::uuid, ${row.cookieHash}::bytea, ${write.uid}, ${login?.userId ?? null}::uuid,
      ${login?.organizationId ?? null}::uuid, ${login?.connectionId ?? null}::uuid, ${login?.method ?? null},
      ${login?.emergency ?? false}::boolean, ${login?.amr ?? []}::text[], ${login?.authTime ?? null}::timestamptz,
      ${login?.factorAt ?? null}::timestamptz, ${login === null ? null : now}::timestamptz, ${now}::timestamptz,
      ${ends}::timestamptz, ${row.idleEnd}::timestamptz, ${Object.keys(enteredSince(known, write.payload))}::text[], ${row.payload}::jsonb,
      ${provider?.sid ?? null}, ${provider?.endsAt ?? null}::timestamptz, ${sealedHint}::bytea
    where ${onlyIf}`;
}

/** The applications in a session's payload that were not there, or not so, when this request read it. */
function enteredSince(known: SessionRecord | null, payload: Payload): Payload {
  const before = (known?.payload['authorizations'] ?? {}) as Payload;
  const now = (payload['authorizations'] ?? {}) as Payload;
  return Object.fromEntries(Object.entries(now).filter(([clientId, entry]) => !isSameJson(entry, before[clientId])));
}
