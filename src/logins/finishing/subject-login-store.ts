import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { SubjectFacts } from './subject-facts.ts';
import type { LiveLogin } from '../login-row.ts';
import { liveLoginReader } from '../login-store.ts';
import type { Step } from '../login.ts';
import { authenticatorFacts, readAuthenticatorFacts } from '../../authenticators/authenticator-sql.ts';
import { methodFacts, readMethodFacts } from '../../connections/facts/method-facts-sql.ts';
import type { Database } from '../../db/database.ts';
import { readUserJson, userJson } from '../../users/user-sql.ts';

/** {@link SubjectFacts} as one document; null for a login in any step but these. */
function subjectFacts(steps: readonly Step[]): RawBuilder<unknown> {
  const owner = { organizationId: sql`login.organization_id`, userId: sql`login.user_id` };
  return sql`case when login.step in (${sql.join(steps.map((step) => sql.lit(step)))}) then json_build_object(
    'user', (select ${userJson('u')} from app_user u
      where u.id = login.user_id and u.organization_id = login.organization_id),
    'methods', ${methodFacts(sql`login.organization_id`)},
    'authenticators', ${authenticatorFacts(owner)}) end`;
}

const READ = {
  prove: liveLoginReader(() => subjectFacts(['password', 'second-factor', 'step-up'])),
  show: liveLoginReader(() => subjectFacts(['second-factor', 'step-up'])),
};

/** A live login, and what its step asks of its subject: to prove something, or to show what may be proved. */
export async function selectSubjectLogin(
  db: Database,
  handleHash: Buffer,
  now: Date,
  to: 'prove' | 'show',
): Promise<{ row: LiveLogin; subject: SubjectFacts | undefined } | undefined> {
  const found = await READ[to](db, handleHash, now);
  return found && { row: found, subject: readSubjectFacts(found.beside) };
}

function readSubjectFacts(document: unknown): SubjectFacts | undefined {
  if (document === null || typeof document !== 'object') return undefined;
  const { user, methods, authenticators } = document as Record<keyof SubjectFacts, unknown>;
  return {
    user: readUserJson(user),
    methods: readMethodFacts(methods),
    authenticators: readAuthenticatorFacts(authenticators),
  };
}
