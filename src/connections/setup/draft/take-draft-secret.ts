import { dropDraft } from './drop-draft.ts';
import { lockHandedOver } from '../decide-draft.ts';
import { readDraft } from '../prepare-draft.ts';
import { auditFacts, NO_DRAFT } from '../setup-invitation.ts';
import { updateSetup } from '../setup-store.ts';
import { isSameClient } from '../../archive-connection.ts';
import type { Connection } from '../../connection.ts';
import { describeConnection } from '../../connection-settings.ts';
import { selectConnectionInForce } from '../../connection-store.ts';
import { hasOwnSecret } from '../../secrets/client-secrets.ts';
import { putNext } from '../../secrets/manage-client-secrets.ts';
import { actorOf, recordEvent } from '../../../audit/record-event.ts';
import type { Clock } from '../../../base/clock.ts';
import { AppError } from '../../../base/errors.ts';
import type { OrganizationId, SetupInvitationId } from '../../../base/ids.ts';
import type { SecretBox } from '../../../base/secret-box.ts';
import type { Connectors } from '../../../connectors/create-connectors.ts';
import { inTransaction } from '../../../db/database.ts';
import type { Database } from '../../../db/database.ts';
import { dropHeldDomain } from '../../../domains/claim-domain.ts';
import { requireAccess, requireFreshFactor } from '../../../organizations/access.ts';
import type { Caller } from '../../../organizations/access.ts';
import { keepOrganization } from '../../../organizations/find-organization.ts';

/** Whether what a draft adds to the connection in force is a client secret of the same client at the same provider. */
export function isNextSecret(
  deps: { connectors: Connectors },
  draft: Connection,
  inForce: Connection | undefined,
): inForce is Connection {
  return (
    inForce !== undefined &&
    hasOwnSecret(inForce) &&
    draft.credential === 'secret' &&
    isSameClient(deps, draft, inForce)
  );
}

/**
 * *Enter as next secret*: of a draft only its client secret is taken, as the next one of the connection in force, which
 * stays as it is. A test of the draft that passed counts as one of the secret: client, provider and redirect URL are the same.
 * The draft is gone and the link has ended; its holder is told once the secret is in use (tell-secret-holders.ts).
 * @throws organization.not-found, caller.denied, caller.stale-factor, setup-link.not-found, draft.none, draft.another-client,
 *   client-secret.in-use
 */
export async function takeDraftSecret(
  deps: { db: Database; clock: Clock; secrets: SecretBox; connectors: Connectors },
  caller: Caller,
  { organizationId, id }: { organizationId: OrganizationId; id: SetupInvitationId },
): Promise<void> {
  requireFreshFactor(caller, deps.clock.now());
  await inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, organizationId));
    const inForce = await selectConnectionInForce(deps.db, organizationId, { lock: true });
    const invitation = await lockHandedOver(deps, organizationId, id);
    const draft = await readDraft(deps, invitation);
    if (draft === undefined || draft.secret === null) throw new AppError('draft.none');
    const { connection, secret } = draft;
    if (!isNextSecret(deps, connection, inForce)) throw new AppError('draft.another-client');
    const sameWay = connection.redirectUri === inForce.redirectUri;
    const by = actorOf(caller);
    const nextSecretAt = await putNext(deps, inForce, {
      clientSecret: secret,
      expiresOn: describeConnection(deps, connection).settings['clientSecretExpiresOn'] ?? null,
      testedAt: sameWay && invitation.testResult === 'passed' ? invitation.testedAt : null,
      by,
    });
    await dropDraft(deps, invitation);
    const { domain } = invitation;
    if (domain !== null) await dropHeldDomain(deps, by, { organizationId, domain });
    await updateSetup(deps.db, invitation, { nextSecretAt, ...NO_DRAFT });
    const event = { organizationId, kind: 'setup-link.secret-entered', actor: by } as const;
    await recordEvent(deps, { ...event, details: auditFacts(invitation) });
  });
}
