import type { ConnectionStepState } from './connection-step-state.ts';
import type { LoginContext } from '../login-context.ts';
import { findFactors, hasFactor } from '../../authenticators/verify-authenticator.ts';
import type { Binding } from '../../connections/bind-identity.ts';
import type { Database } from '../../db/database.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { findUser } from '../../users/find-users.ts';
import type { User } from '../../users/user.ts';

/** Whether a factor of ours has to follow the provider's login. */
export type OwnFactor =
  /** The provider showed a login as fresh as asked, or none was asked for. */
  | { kind: 'none' }
  /** It did not, and nothing of ours may take its place. */
  | { kind: 'refused' }
  /** One that the user enrolled. */
  | { kind: 'step-up' }
  /** The user has none: first a code from the user's mailbox … */
  | { kind: 'mailbox'; user: User; organization: string }
  /** … then the first one is enrolled. */
  | { kind: 'enroll' };

/**
 * A provider that never states `auth_time` cannot show a fresh login. For the changes of administrators a factor of ours
 * takes its place (docs/decisions/0016): for our own pages alone, for users with a console role alone. The first one is
 * enrolled by somebody who is back from a new login at the provider, as an identity bound before, and has read a code in the
 * user's mailbox: a session alone enrolls nothing.
 */
export async function findOwnFactor(
  deps: { db: Database },
  context: LoginContext,
  returned: {
    proved: NonNullable<ConnectionStepState['proved']>;
    binding: Binding;
    codeEntered: boolean;
  },
): Promise<OwnFactor> {
  const { decision } = returned.binding;
  if (returned.proved.fresh) return { kind: 'none' };
  if (decision.kind === 'ask' || decision.kind === 'refuse') return { kind: 'refused' };
  const user = await findUser(deps, decision.userId);
  if (context.request.application.kind === 'registered' || user === undefined || user.consoleRole === null) {
    return { kind: 'refused' };
  }
  if (hasFactor(await findFactors(deps, { userId: user.id, organizationId: user.organizationId }))) {
    return { kind: 'step-up' };
  }
  if (decision.kind !== 'log-in') return { kind: 'refused' };
  if (returned.codeEntered) return { kind: 'enroll' };
  const organization = await findOrganization(deps, user.organizationId);
  return { kind: 'mailbox', user, organization: organization?.name ?? '' };
}
