import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { ReturnedFacts } from './returned-facts.ts';
import type { LiveLogin } from '../login-row.ts';
import type { Step } from '../login.ts';
import { liveLoginReader } from '../login-store.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { methodFacts, readMethodFacts } from '../../connections/facts/method-facts-sql.ts';
import type { Claims } from '../../connections/claims.ts';
import { slot } from '../../db/compiled-statement.ts';
import type { Database } from '../../db/database.ts';
import { readUserJson, userJson } from '../../users/user-sql.ts';

const choice = (member: string): RawBuilder<unknown> => sql`login.state #>> ${sql.lit(`{login,connection,${member}}`)}`;

/** Of a proved subject, what its identity is found by. */
type ProvedSubject = Pick<Claims, 'issuer' | 'directoryId' | 'subject'>;
type SqlOfClaim = (member: keyof ProvedSubject) => RawBuilder<unknown>;

const ofState: SqlOfClaim = (member) =>
  sql`login.state #>> ${sql.lit(`{stepState,connection,proved,claims,${member}}`)}`;
const given: SqlOfClaim = (member) => slot(member, 'text');

/**
 * Part of the statement that reads a login: what the end of one asks that is back from its provider, as one document. Null for
 * a login in any other step.
 */
const returnedFacts = (
  step: Step,
  claim: SqlOfClaim,
): RawBuilder<unknown> => sql`case when login.step = ${sql.lit(step)} then (
  select json_build_object(
    'organizationId', choice.organization_id,
    'methods', ${methodFacts(sql`choice.organization_id`)},
    'boundTo', bound.user_id,
    'users', (select coalesce(json_agg(${userJson('u')}), '[]') from app_user u where u.id in (choice.user_id, bound.user_id)),
    'verifiedDomains', (select coalesce(json_agg(v.domain), '[]') from domain_verification v
      where v.organization_id = choice.organization_id and v.state in ('verified', 'grace')))
  from (select (${choice('organizationId')})::uuid as organization_id, (${choice('connectionId')})::uuid as connection_id,
      (login.state #>> '{login,subject,userId}')::uuid as user_id) as choice
    left join identity bound on bound.connection_id = choice.connection_id
      and bound.organization_id = choice.organization_id and bound.issuer = ${claim('issuer')}
      and bound.directory_id = ${claim('directoryId')} and bound.subject = ${claim('subject')}
) end`;
const readReturned = liveLoginReader(() => returnedFacts('connection-back', ofState));
const readProved = liveLoginReader(() => returnedFacts('connection-out', given));

/** What stands in such a document; undefined for null. */
function readReturnedJson(document: unknown): ReturnedFacts | undefined {
  if (document === null || typeof document !== 'object') return undefined;
  const { organizationId, methods, boundTo, users, verifiedDomains } = document as {
    organizationId: OrganizationId;
    methods: unknown;
    boundTo: UserId | null;
    users: unknown[];
    verifiedDomains: string[];
  };
  return {
    organizationId,
    methods: readMethodFacts(methods),
    boundTo,
    users: users.flatMap((user) => readUserJson(user) ?? []),
    verifiedDomains,
  };
}

/** A live login, and what its end asks once it is back from its provider. */
export async function selectReturnedLogin(
  db: Database,
  handleHash: Buffer,
  now: Date,
): Promise<{ row: LiveLogin; returned: ReturnedFacts | undefined } | undefined> {
  const found = await readReturned(db, handleHash, now);
  return found && { row: found, returned: readReturnedJson(found.beside) };
}

/** The same before it is written that the login is back, with the subject that its provider just proved. */
export async function selectProvedLogin(
  db: Database,
  handleHash: Buffer,
  { issuer, directoryId, subject }: ProvedSubject,
  now: Date,
): Promise<{ row: LiveLogin; returned: ReturnedFacts | undefined } | undefined> {
  const found = await readProved(db, handleHash, now, { issuer, directoryId, subject });
  return found && { row: found, returned: readReturnedJson(found.beside) };
}
