import type { Browser } from './login-context.ts';
import type { LoginDeps } from './login-deps.ts';
import { mayLogIn } from '../users/may-log-in.ts';
import { findSession } from '../sessions/find-session.ts';
import type { Session } from '../sessions/session.ts';
import { findUser } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

/** Who is logged in in this browser. */
export interface Visitor {
  session: Session;
  user: User;
}

/** Who is logged in in this browser: a live session of a user who may still log in. */
export async function findVisitor(deps: LoginDeps, browser: Browser): Promise<Visitor | undefined> {
  const session = await findSession(deps, browser.cookie('session'));
  const user = session === undefined ? undefined : await findUser(deps, session.userId);
  if (session === undefined || user === undefined || !mayLogIn(user, deps.clock.now())) return undefined;
  return { session, user };
}
