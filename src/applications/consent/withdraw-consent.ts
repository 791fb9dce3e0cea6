import { selectConsents, withdraw, withdrawOfOrganization } from './consent-store.ts';
import type { Consent } from './consent-store.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationId, OrganizationId, UserId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { asService, inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';
import { leaveApplication } from '../../sessions/leave-application.ts';
import { lockUser } from '../../users/find-users.ts';
import { readUserForChange, requireNotAbove } from '../../users/manage-users.ts';

export type { Consent } from './consent-store.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

interface Which {
  userId: UserId;
  organizationId: OrganizationId;
  applicationId: ApplicationId;
}

/** What a user allows which applications, by name. Applications may belong to organizations above. */
export async function findConsents(deps: { db: Database }, userId: UserId): Promise<Consent[]> {
  return selectConsents(deps.db, userId);
}

/**
 * Takes back what a user allowed an application: its tokens about the user end, it is told that its sessions of the user
 * ended, and the next login there asks anew. Also one that a refresh running beside inserts is ended (`withdrawn_at` is a
 * mark that every read of a token checks).
 * @throws application.not-found when the user allows it nothing
 */
export async function withdrawConsent(deps: Deps, actor: Actor, which: Which): Promise<void> {
  const { userId, organizationId, applicationId } = which;
  const now = deps.clock.now();
  await inTransaction(deps, async (deps) => {
    const user = await lockUser(deps, organizationId, userId);
    if (user === undefined) throw new AppError('user.not-found');
    // Sessions and consents are the service's tables: an administrator's transaction has no rights on them.
    await asService(deps.db, async (db) => {
      const inside = { ...deps, db };
      const application = await withdraw(db, { userId, applicationId }, now);
      if (application === undefined) throw new AppError('application.not-found');
      const { name, clientId } = application;
      await leaveApplication(inside, { userId, clientId });
      await recordEvent(inside, {
        organizationId,
        kind: 'application.consent-withdrawn',
        actor,
        userId,
        details: { application: name, clientId, email: user.email },
      });
    });
  });
}

/**
 * As {@link withdrawConsent}, by an administrator.
 * @throws organization.not-found, caller.denied, user.not-found, application.not-found
 */
export async function withdrawConsentOf(deps: Deps, caller: Caller, which: Which): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { user } = await readUserForChange(deps, caller, { ...which, permission: 'edit-users' });
    requireNotAbove(caller, user);
    await withdrawConsent(deps, actorOf(caller), which);
  });
}

/**
 * Takes back what everybody of an organization allowed an application, and ends their tokens and sessions there. Part of a
 * transaction, which records what it is for.
 */
export async function withdrawAll(
  deps: Inside<Deps>,
  of: { organizationId: OrganizationId; applicationId: ApplicationId },
  clientId: string,
): Promise<void> {
  await asService(deps.db, async (db) => {
    const inside = { ...deps, db };
    const users = await withdrawOfOrganization(db, of, deps.clock.now());
    for (const userId of users) await leaveApplication(inside, { userId, clientId });
  });
}
