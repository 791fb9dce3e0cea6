import type { LoginContext } from '../login-context.ts';
import type { LoginDeps } from '../login-deps.ts';
import type { Person } from '../../authenticators/enroll-authenticator.ts';
import { AppError } from '../../base/errors.ts';
import { mayLogIn } from '../../users/may-log-in.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findUser } from '../../users/find-users.ts';

/**
 * The user a proved step goes on with, read afresh in this request.
 * @throws login.refused when the user was removed or disabled meanwhile
 */
export async function personOf(deps: LoginDeps, context: LoginContext): Promise<Person> {
  const { subject } = context.state.login;
  const known = context.subject?.user ?? undefined;
  const user = subject === null || known?.id === subject.userId ? known : await findUser(deps, subject.userId);
  if (user === undefined || !mayLogIn(user, deps.clock.now())) {
    throw new AppError('login.refused', { detail: 'the user is gone', values: { reference: context.row.reference } });
  }
  return { userId: user.id, organizationId: user.organizationId, email: user.email };
}

/** What a person would make a password of first. */
export async function guessableWords(deps: LoginDeps, person: Person): Promise<string[]> {
  const organization = await findOrganization(deps, person.organizationId);
  return [deps.productName, ...(organization === undefined ? [] : [organization.name])];
}
