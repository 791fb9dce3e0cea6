import { selectIdentifiedLogin } from './destination-store.ts';
import type { AddressFacts } from './destination-store.ts';
import { selectProvedLogin, selectReturnedLogin } from './finishing/returned-login-store.ts';
import type { ReturnedFacts } from './finishing/returned-facts.ts';
import { selectSubjectLogin } from './finishing/subject-login-store.ts';
import type { SubjectFacts } from './finishing/subject-facts.ts';
import { readLoginJson, selectLiveLogin, selectLogin, selectRequestOfLogin } from './login-store.ts';
import type { RequestOfLogin } from './login-store.ts';
import type { LiveLogin, LoginRow } from './login-row.ts';
import type { Clock } from '../base/clock.ts';
import type { LoginId } from '../base/ids.ts';
import { sha256 } from '../base/random.ts';
import type { Claims } from '../connections/claims.ts';
import type { Database } from '../db/database.ts';
import type { EmailAddress } from '../users/email-address.ts';

/** The login behind a handle (the id in its page's address and cookie); undefined when it ended or expired. */
export async function findLiveLogin(
  deps: { db: Database; clock: Clock },
  handle: string,
): Promise<LiveLogin | undefined> {
  return selectLiveLogin(deps.db, sha256(handle), deps.clock.now());
}

/** As {@link findLiveLogin}, and what the end of a login asks that is back from its provider, in one statement. */
export async function findReturnedLogin(
  deps: { db: Database; clock: Clock },
  handle: string,
): Promise<{ row: LiveLogin; returned: ReturnedFacts | undefined } | undefined> {
  return selectReturnedLogin(deps.db, sha256(handle), deps.clock.now());
}

/** As {@link findReturnedLogin}, in the callback itself: of a login that went to its provider, which just proved a subject. */
export async function findProvedLogin(
  deps: { db: Database; clock: Clock },
  handle: string,
  claims: Pick<Claims, 'issuer' | 'directoryId' | 'subject'>,
): Promise<{ row: LiveLogin; returned: ReturnedFacts | undefined } | undefined> {
  return selectProvedLogin(deps.db, sha256(handle), claims, deps.clock.now());
}

/** As {@link findLiveLogin}, and what is known of the address that is typed in it, in one statement; the same for nobody's. */
export async function findIdentifiedLogin(
  deps: { db: Database; clock: Clock },
  handle: string,
  address: EmailAddress,
): Promise<{ row: LiveLogin; address: AddressFacts } | undefined> {
  return selectIdentifiedLogin(deps.db, sha256(handle), address, deps.clock.now());
}

/** As {@link findLiveLogin}, and what its step asks of a password or factors of ours, in one statement; the same for nobody's. */
export async function findSubjectLogin(
  deps: { db: Database; clock: Clock },
  handle: string,
  to: 'prove' | 'show',
): Promise<{ row: LiveLogin; subject: SubjectFacts | undefined } | undefined> {
  return selectSubjectLogin(deps.db, sha256(handle), deps.clock.now(), to);
}

/** A login with its state and trace, whether live or over. The caller checks who may read it. */
export async function findLogin(deps: { db: Database }, loginId: LoginId): Promise<LoginRow | undefined> {
  return selectLogin(deps.db, loginId);
}

/** As {@link findLogin}, of the row that a consumed transaction brought along (`connections/authorization`). */
export function loginOf(document: unknown): LoginRow | undefined {
  return readLoginJson(document);
}

/** The application's request behind a login, by its handle; also when the login is over. */
export async function findRequestOfLogin(deps: { db: Database }, handle: string): Promise<RequestOfLogin | undefined> {
  return selectRequestOfLogin(deps.db, sha256(handle));
}
