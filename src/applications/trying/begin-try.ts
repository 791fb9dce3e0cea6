import { selectApplication } from '../application-store.ts';
import { makeTicket, TRY_REDIRECT_PATH, tryClientOf } from './try-ticket.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Transaction } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** How a browser asks to try an application. */
export interface BegunTry {
  clientId: string;
  redirectUri: string;
  ticket: string;
}

/**
 * Lets an administrator of the owner try an application: as themselves, from the browser that holds the code verifier.
 * @param input.codeChallenge of RFC 7636, S256
 * @throws organization.not-found, caller.denied (also for a program: it has no session), application.not-found
 */
export async function beginTry(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox; config: { publicUrl: URL } },
  caller: Caller,
  input: { organizationId: OrganizationId; applicationId: ApplicationId; codeChallenge: string },
): Promise<BegunTry> {
  const owner = requireAccess(caller, 'edit-applications', await findOrganization(deps, input.organizationId));
  const { userId } = caller;
  if (userId === null) throw new AppError('caller.denied', { detail: 'try' });
  const application = await selectApplication(deps.db, owner.id, input.applicationId);
  if (application === undefined) throw new AppError('application.not-found');
  const { clientId, name } = application;
  await recordEvent(deps, {
    organizationId: owner.id,
    kind: 'application.tried',
    actor: actorOf(caller),
    userId,
    details: { application: clientId, name },
  });
  return {
    clientId: tryClientOf(clientId),
    redirectUri: new URL(TRY_REDIRECT_PATH, deps.config.publicUrl).href,
    ticket: makeTicket(deps, { clientId, codeChallenge: input.codeChallenge, userId }),
  };
}
