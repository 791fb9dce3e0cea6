import type { OpenedTrial, TrialRunDeps } from './open-trial.ts';
import type { TrialResult } from './trial.ts';
import { findBinding } from '../bind-identity.ts';
import type { ConnectionId, UserId } from '../../base/ids.ts';
import { randomUuid } from '../../base/random.ts';
import type { Claims, StoredConnection } from '../../connectors/connector.ts';
import { findVerifiedDomains } from '../../domains/find-domains.ts';
import { readEmailAddress } from '../../users/email-address.ts';
import { findUser, findUserOf } from '../../users/find-users.ts';

/**
 * What a login would decide about the person who came back, by the decision table of a real first login. Only users of
 * the trial's own organization are looked at: of an address that belongs to another one nothing is said.
 */
export async function decideAbout(
  deps: TrialRunDeps,
  { trial, run, organization }: OpenedTrial,
  tested: StoredConnection<unknown>,
  claims: Claims,
): Promise<TrialResult['decision']> {
  const { organizationId, method } = trial;
  // Who got the link by mail would type that address.
  const typed = run.recipient === null ? undefined : readEmailAddress(run.recipient)?.key;
  const typedUser = typed === undefined ? undefined : await findUserOf(deps, organization.id, typed);
  const { decision, user } = await findBinding(deps, {
    organizationId,
    connection: {
      // Of no row: identities are found where the connection in force knows people by the same subjects.
      id: randomUuid() as ConnectionId,
      state: 'draft',
      organizationId,
      method,
      issuer: tested.issuer,
      settings: tested.settings,
    },
    claims,
    invitedUserId: null,
    typedUserId: typedUser?.id ?? null,
    codeEntered: false,
    verifiedDomains: await findVerifiedDomains(deps, organizationId),
  });
  if (decision.kind === 'create') {
    return {
      outcome: 'create',
      account: decision.address.email,
      own: run.recipient === null || decision.address.key === typed,
    };
  }
  if (decision.kind === 'refuse' && decision.reason === 'no-user') {
    const came = claims.claimedAddresses.map((address) => readEmailAddress(address)?.key);
    return { outcome: 'no-user', account: null, own: run.recipient === null || came.includes(typed) };
  }
  const about = decision.kind === 'refuse' ? user?.id : decision.userId;
  return {
    outcome: decision.kind === 'refuse' ? decision.reason : decision.kind,
    account: about === undefined ? null : await addressOf(deps, about),
    own: run.recipient === null || (about !== undefined && about === typedUser?.id),
  };
}

async function addressOf(deps: TrialRunDeps, userId: UserId): Promise<string | null> {
  return (await findUser(deps, userId))?.email ?? null;
}
