import { dropDraft } from './draft/drop-draft.ts';
import { mailSetupLink } from './invite-setup.ts';
import type { SetupMailDeps } from './invite-setup.ts';
import { isInviterStill } from './open-setup.ts';
import { auditFacts, DRAFT_LIFETIME, isOpen, NO_DRAFT, setupState } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import {
  deleteSetup,
  selectExpiredDrafts,
  selectSetup,
  selectSetupsBefore,
  selectSetupsToRemind,
  selectUndecidedDrafts,
  updateReminderToken,
  updateSetup,
} from './setup-store.ts';
import { deleteEndedVisits } from './visit-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { DAY, after } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import { randomSecret, sha256 } from '../../base/random.ts';
import { inTransaction } from '../../db/database.ts';
import type { Inside } from '../../db/database.ts';
import { retainedSince } from '../../db/retention.ts';
import { dropHeldDomain } from '../../domains/claim-domain.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';

/** The reminder leaves this long before the link ends. */
const REMIND_BEFORE: Seconds = 2 * DAY;

/** Links that one run of the job deletes at most in one go. */
const BATCH = 100;

/**
 * Mails the one reminder of links that end soon, deletes what was prepared with links that have expired, discards drafts that
 * nobody decided about for long, and deletes links that ended longer ago than the retention policy allows, with drafts that nobody turned on or discarded.
 * @returns how many links were deleted
 */
export async function tendSetups(deps: SetupMailDeps): Promise<number> {
  const now = deps.clock.now();
  for (const due of await selectSetupsToRemind(deps.db, now, after(now, REMIND_BEFORE))) {
    await inTransaction(deps, async (deps) => {
      const organization = await keepOrganization(deps, due.organizationId);
      const invitation = await selectSetup(deps.db, due.organizationId, due.id, { lock: true });
      if (organization === undefined || organization.suspended || invitation === undefined) return;
      if (!isOpen(invitation, now) || invitation.remindedAt !== null) return;
      if (!(await isInviterStill(deps, invitation))) return;
      const secret = randomSecret();
      await updateReminderToken(deps.db, invitation, { tokenHash: sha256(secret), at: now });
      await mailSetupLink(deps, organization, invitation, { secret, which: 'reminder' });
    });
  }
  for (const due of await selectExpiredDrafts(deps.db, now)) {
    await inTransaction(deps, async (deps) => {
      if ((await keepOrganization(deps, due.organizationId)) === undefined) return;
      const invitation = await selectSetup(deps.db, due.organizationId, due.id, { lock: true });
      if (invitation === undefined || invitation.handedOverAt !== null) return;
      await dropPrepared(deps, invitation);
      await updateSetup(deps.db, invitation, NO_DRAFT);
    });
  }
  for (const due of await selectUndecidedDrafts(deps.db, after(now, -DRAFT_LIFETIME))) await discard(deps, due);
  await deleteEndedVisits(deps.db, now);
  let inAll = 0;
  for (;;) {
    const deleted = await deleteOld(deps, await retainedSince(deps, 'setup-link'));
    inAll += deleted;
    if (deleted < BATCH) return inAll;
  }
}

async function discard(deps: SetupMailDeps, { organizationId, id }: SetupInvitation): Promise<void> {
  await inTransaction(deps, async (deps) => {
    if ((await keepOrganization(deps, organizationId)) === undefined) return;
    const now = deps.clock.now();
    const invitation = await selectSetup(deps.db, organizationId, id, { lock: true });
    if (invitation === undefined || setupState(invitation, now) !== 'handed-over') return;
    await dropPrepared(deps, invitation);
    await updateSetup(deps.db, invitation, { discardedAt: now, ...NO_DRAFT });
    const event = { organizationId, kind: 'setup-link.discarded', actor: SERVICE } as const;
    await recordEvent(deps, { ...event, details: auditFacts(invitation) });
  });
}

async function deleteOld(deps: SetupMailDeps, before: Date): Promise<number> {
  const old = await selectSetupsBefore(deps.db, before, BATCH);
  for (const due of old) {
    await inTransaction(deps, async (deps) => {
      if ((await keepOrganization(deps, due.organizationId)) === undefined) return;
      const invitation = await selectSetup(deps.db, due.organizationId, due.id, { lock: true });
      if (invitation === undefined) return;
      await dropPrepared(deps, invitation);
      await deleteSetup(deps.db, invitation);
    });
  }
  return old.length;
}

/** What was prepared and not turned on: its test, its domain, its draft with secret or key. */
async function dropPrepared(deps: Inside<SetupMailDeps>, invitation: SetupInvitation): Promise<void> {
  const { organizationId, domain, connectionId } = invitation;
  await dropDraft(deps, invitation);
  if (connectionId !== null && domain !== null) await dropHeldDomain(deps, SERVICE, { organizationId, domain });
}
