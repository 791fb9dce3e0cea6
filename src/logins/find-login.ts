import { selectLiveLogin, selectLogin, selectRequestOfLogin } from './login-store.ts';
import type { RequestOfLogin } from './login-store.ts';
import type { LiveLogin, LoginRow } from './login-row.ts';
import type { Clock } from '../base/clock.ts';
import type { LoginId } from '../base/ids.ts';
import { sha256 } from '../base/random.ts';
import type { Database } from '../db/database.ts';

/** The login behind a handle (the id in its page's address and cookie); undefined when it ended or expired. */
export async function findLiveLogin(
  deps: { db: Database; clock: Clock },
  handle: string,
): Promise<LiveLogin | undefined> {
  return selectLiveLogin(deps.db, sha256(handle), deps.clock.now());
}

/** A login with its state and trace, whether live or over. The caller checks who may read it. */
export async function findLogin(deps: { db: Database }, loginId: LoginId): Promise<LoginRow | undefined> {
  return selectLogin(deps.db, loginId);
}

/** The application's request behind a login, by its handle; also when the login is over. */
export async function findRequestOfLogin(deps: { db: Database }, handle: string): Promise<RequestOfLogin | undefined> {
  return selectRequestOfLogin(deps.db, sha256(handle));
}
