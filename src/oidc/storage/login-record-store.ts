import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { after } from '../../base/clock.ts';
import type { LoginId, OrganizationId, UserId } from '../../base/ids.ts';
import { randomReadable, randomUuid, sha256 } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import type { LoginResult } from '../../sessions/login-result.ts';
import { SESSION_COLUMNS, toSessionRecord } from './session-record-store.ts';
import type { SessionRecord, SessionRow } from './session-record-store.ts';
import type { LoginWrite, Payload } from './write.ts';

/** A login, as the library resumes it and as its pages begin. */
export interface LoginRecord {
  id: LoginId;
  handleHash: Buffer;
  request: Payload;
  result: LoginResult | null;
  consent: { scope: string } | null;
  refusal: string | null;
  expiresAt: Date;
  /** The columns of the login door, which alone reads them. */
  reference: string;
  clientId: string;
  state: unknown;
  trace: unknown;
  version: number;
  /** The session its request came from, if that lives on. */
  session: SessionRecord | null;
}

interface LoginRow {
  id: LoginId;
  request: Payload;
  state: LoginState;
  trace: unknown;
  version: number;
  reference: string;
  clientId: string;
  refusal: string | null;
  expiresAt: Date;
}

/** What the steps leave for the library in `login.state`. */
interface LoginState {
  result?: (Omit<LoginResult, 'authTime' | 'factorAt'> & { authTime: string | null; factorAt: string | null }) | null;
  consent?: { scope: string } | null;
}

/** The login behind a handle, unless it ended or expired, with the session its request came from: one statement. */
export async function selectLogin(db: Database, handle: string, now: Date): Promise<LoginRecord | undefined> {
  const handleHash = sha256(handle);
  const { rows } = await sql<LoginRow & SessionRow>`
    select l.id, l.request, l.state, l.trace, l.version, l.reference, l.client_id, l.refusal, l.expires_at,
      ${SESSION_COLUMNS}
    from login l
      left join session s on s.uid = l.request #>> '{session,uid}'
        and s.expires_at > ${now} and s.idle_expires_at > ${now}
      left join app_user u on u.id = s.user_id
    where l.handle_hash = ${handleHash} and l.ended_at is null and l.expires_at > ${now}
  `.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  const { result = null, consent = null } = row.state;
  return {
    id: row.id,
    handleHash,
    request: row.request,
    result:
      result === null
        ? null
        : {
            ...result,
            authTime: result.authTime === null ? null : new Date(result.authTime),
            factorAt: result.factorAt === null ? null : new Date(result.factorAt),
          },
    consent,
    refusal: row.refusal,
    expiresAt: row.expiresAt,
    reference: row.reference,
    clientId: row.clientId,
    state: row.state,
    trace: row.trace,
    version: row.version,
    session: toSessionRecord(row),
  };
}

/**
 * Part of a larger statement: begins, changes or ends a login.
 * @param subject who is logged in, whom a question for consent concerns; a login starts from nobody
 */
export function writeLogin(
  now: Date,
  write: LoginWrite,
  subject: { userId: UserId; organizationId: OrganizationId } | null,
): RawBuilder<unknown> {
  const handleHash = sha256(write.handle);
  switch (write.kind) {
    case 'login-insert': {
      const { prompt, params } = write.payload as { prompt?: { name?: string }; params?: { client_id?: string } };
      const asked = prompt?.name === 'consent' ? subject : null;
      return sql`insert into login (id, handle_hash, reference, client_id, organization_id, user_id, step, state, request,
          created_at, expires_at)
        values (${randomUuid()}, ${handleHash}, ${randomReadable(8)}, ${params?.client_id ?? ''},
          ${asked?.organizationId ?? null}, ${asked?.userId ?? null}, ${asked === null ? 'identify' : 'consent'}, '{}',
          ${JSON.stringify(write.payload)}::jsonb, ${now}, ${after(now, write.lifetime)})`;
    }
    case 'login-change':
      return sql`update login set request = ${JSON.stringify(write.payload)}::jsonb where handle_hash = ${handleHash}`;
    case 'login-end':
      return sql`update login set ended_at = ${now}, version = version + 1
        where handle_hash = ${handleHash} and ended_at is null returning 1`;
  }
}
