import { dropDraft } from './draft/drop-draft.ts';
import { auditFacts, isOpen, NO_DRAFT, setupMailKey } from './setup-invitation.ts';
import { selectSetup, updateSetup } from './setup-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, SetupInvitationId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { revokeMail } from '../../mail/post-mail.ts';
import { dropHeldDomain } from '../../domains/claim-domain.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';

/**
 * Revokes a link that can still be used: it opens nothing from now on, its unsent mails are revoked and what was prepared
 * with it is deleted.
 * @throws organization.not-found, caller.denied, setup-link.not-found, setup-link.ended
 */
export async function revokeSetup(
  deps: { db: Database; clock: Clock },
  caller: Caller,
  input: { organizationId: OrganizationId; id: SetupInvitationId },
): Promise<void> {
  const { organizationId, id } = input;
  await inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, organizationId));
    const invitation = await selectSetup(deps.db, organizationId, id, { lock: true });
    if (invitation === undefined) throw new AppError('setup-link.not-found');
    const now = deps.clock.now();
    if (!isOpen(invitation, now)) throw new AppError('setup-link.ended');
    await dropDraft(deps, invitation);
    const { domain } = invitation;
    if (domain !== null) await dropHeldDomain(deps, actorOf(caller), { organizationId, domain });
    await updateSetup(deps.db, invitation, { revokedAt: now, ...NO_DRAFT });
    await revokeMail(deps, setupMailKey(id));
    const event = { organizationId, kind: 'setup-link.revoked', actor: actorOf(caller) } as const;
    await recordEvent(deps, { ...event, details: auditFacts(invitation) });
  });
}
