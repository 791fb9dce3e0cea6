import { findVisitor } from './find-visitor.ts';
import type { LoginContext } from './login-context.ts';
import type { LoginDeps } from './login-deps.ts';
import type { Form } from './steps/step.ts';
import { readEmailAddress } from '../users/email-address.ts';

/**
 * Whether somebody logged in in this browser since the authorization request found nobody: in another tab, or by the
 * provider's answer in one. The request is resumed then; whether the session satisfies it, the OpenID Provider decides. A
 * login that is about another user goes on, and so does one that asked for credentials (`prompt=login`, which the library
 * also makes of `max_age=0`).
 */
export async function isLoggedInMeanwhile(deps: LoginDeps, context: LoginContext, form: Form): Promise<boolean> {
  const { request, state, browser } = context;
  const { login } = state;
  if (request.session !== null || request.forced) return false;
  const visitor = await findVisitor(deps, browser);
  if (visitor === undefined) return false;
  if (login.step !== 'identify') return login.subject?.userId === visitor.user.id;
  const typed = form['email'];
  return typed === undefined || readEmailAddress(typed)?.key === visitor.user.emailKey;
}
