import type { Browser } from '../connection-login.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { Form } from '../steps/turn.ts';
import { findSession } from '../../sessions/find-session.ts';
import type { Session } from '../../sessions/session.ts';
import { findUser } from '../../users/find-users.ts';
import type { User } from '../../users/user.ts';
import { mayLogIn } from '../find-organization.ts';

/** A request for a page that belongs to no login. */
export interface Call {
  browser: Browser;
  /** The secret or id in the address. */
  token: string;
  form: Form;
}

/** Who is logged in in this browser: a live session of a user who may still log in. */
export async function findVisitor(
  deps: LoginDeps,
  browser: Browser,
): Promise<{ session: Session; user: User } | undefined> {
  const session = await findSession(deps, browser.cookie('session'));
  const user = session === undefined ? undefined : await findUser(deps, session.userId);
  if (session === undefined || user === undefined || !mayLogIn(user, deps.clock.now())) return undefined;
  return { session, user };
}
