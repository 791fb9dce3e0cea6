import { dropDraft, dropTest } from './draft/drop-draft.ts';
import { readDraft } from './prepare-draft.ts';
import { auditFacts, basisOf, isOutdated, NO_DRAFT, setupState } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import { selectSetup, updateSetup } from './setup-store.ts';
import type { Connection } from '../connection.ts';
import { describeConnection } from '../connection-settings.ts';
import { deleteDraft, selectConnectionInForce } from '../connection-store.ts';
import { checkAuthentication } from '../configure/check-authentication.ts';
import type { AuthenticationCheck } from '../configure/check-authentication.ts';
import type { ConnectionBefore, EnteredSettings } from '../configure/check-settings.ts';
import { configureConnection } from '../configure/configure-connection.ts';
import type { ConfigureDeps, ConfigureInput, Configured } from '../configure/configure-connection.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, SetupInvitationId } from '../../base/ids.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { dropHeldDomain, releaseHeldDomain } from '../../domains/claim-domain.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';

interface Named {
  organizationId: OrganizationId;
  id: SetupInvitationId;
}

/** A draft with what it was made of. */
interface HandedOver {
  settings: EnteredSettings;
  before: ConnectionBefore;
}

/**
 * What turning a draft on would do: asks the provider again, and counts who is affected.
 * @throws organization.not-found, caller.denied, setup-link.not-found, draft.none
 */
export async function checkDraft(
  deps: ConfigureDeps,
  caller: Caller,
  input: Named & { beforeAsking: () => Promise<void> },
): Promise<AuthenticationCheck> {
  const { organizationId, beforeAsking } = input;
  const { settings, before } = await readHandedOver(deps, caller, input);
  return checkAuthentication(deps, caller, { organizationId, settings, before, beforeAsking });
}

/**
 * *Turn on*: as Save, with the settings and the secret of the draft. Concurrent calls: exactly one succeeds.
 * @param input.despiteChange the method in force was changed since the draft was prepared, and the caller knows
 * @throws organization.not-found, caller.denied, caller.stale-factor, setup-link.not-found, draft.none, draft.outdated,
 *   version.conflict, connection.host-unconfirmed, pilot.no-method-before
 */
export async function turnOnDraft(
  deps: ConfigureDeps,
  caller: Caller,
  input: Named &
    Pick<ConfigureInput, 'endSessions' | 'routeDomains' | 'confirmHost' | 'pilot' | 'version'> & {
      despiteChange: boolean;
    },
): Promise<Configured> {
  requireFreshFactor(caller, deps.clock.now());
  const { id, despiteChange, ...chosen } = input;
  const { settings, before } = await readHandedOver(deps, caller, input);
  return configureConnection(deps, caller, {
    ...chosen,
    settings,
    draft: {
      before,
      async take(deps, organization, inForce) {
        const invitation = await lockHandedOver(deps, organization.id, id);
        const outdated = invitation.basis !== null && isOutdated(invitation.basis, basisOf(organization, inForce));
        if (outdated && !despiteChange) throw new AppError('draft.outdated');
        await dropTest(deps, invitation);
        const { organizationId, domain } = invitation;
        if (domain !== null) await releaseHeldDomain(deps, { organizationId, domain });
        await deleteDraft(deps.db, organization.id, before.connection.id);
        await updateSetup(deps.db, invitation, {
          turnedOnAt: deps.clock.now(),
          connectionId: null,
          clientKeySetId: null,
        });
        await recordEvent(deps, {
          organizationId: organization.id,
          kind: 'setup-link.turned-on',
          actor: actorOf(caller),
          details: { ...auditFacts(invitation), despiteChange: outdated },
        });
      },
    },
  });
}

/**
 * *Discard*: the draft and its secret or key are deleted.
 * @throws organization.not-found, caller.denied, setup-link.not-found, draft.none
 */
export async function discardDraft(deps: { db: Database; clock: Clock }, caller: Caller, input: Named): Promise<void> {
  await inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, input.organizationId));
    const invitation = await lockHandedOver(deps, input.organizationId, input.id);
    await dropDraft(deps, invitation);
    const { organizationId, domain } = invitation;
    if (domain !== null) await dropHeldDomain(deps, actorOf(caller), { organizationId, domain });
    await updateSetup(deps.db, invitation, { discardedAt: deps.clock.now(), ...NO_DRAFT });
    const event = { organizationId: input.organizationId, kind: 'setup-link.discarded' } as const;
    await recordEvent(deps, { ...event, actor: actorOf(caller), details: auditFacts(invitation) });
  });
}

async function readHandedOver(
  deps: Pick<ConfigureDeps, 'clock' | 'secrets' | 'connectors' | 'transact'>,
  caller: Caller,
  { organizationId, id }: Named,
): Promise<HandedOver> {
  return deps.transact(async (db) => {
    requireAccess(caller, 'edit-authentication', await findOrganization({ db }, organizationId));
    // Locked, so that nobody turns the draft on between its row and its secret: it looked like one without a secret then.
    const invitation = await selectSetup(db, organizationId, id, { lock: true });
    requireHandedOver(invitation, deps.clock.now());
    const before = await readDraft({ ...deps, db }, invitation);
    if (before === undefined || invitation.entered === null) throw new AppError('draft.none');
    const entered = invitation.entered as EnteredSettings;
    return { settings: { ...(await keptMapping({ ...deps, db }, before.connection)), ...entered }, before };
  });
}

/** Which claims give address and name, as an administrator chose them for this provider: a setup link does not ask for it. */
async function keptMapping(
  deps: Pick<ConfigureDeps, 'connectors'> & { db: Database },
  draft: Connection,
): Promise<Record<string, string>> {
  const inForce = await selectConnectionInForce(deps.db, draft.organizationId);
  if (inForce?.method !== draft.method || inForce.issuer !== draft.issuer) return {};
  const { addressClaim, nameClaim } = describeConnection(deps, inForce).settings;
  return { ...(addressClaim === undefined ? {} : { addressClaim }), ...(nameClaim === undefined ? {} : { nameClaim }) };
}

/** A link whose draft waits for a decision, locked. @throws setup-link.not-found, draft.none */
export async function lockHandedOver(
  deps: Inside<{ db: Database; clock: Clock }>,
  organizationId: OrganizationId,
  id: SetupInvitationId,
): Promise<SetupInvitation> {
  const invitation = await selectSetup(deps.db, organizationId, id, { lock: true });
  requireHandedOver(invitation, deps.clock.now());
  return invitation;
}

function requireHandedOver(invitation: SetupInvitation | undefined, now: Date): asserts invitation is SetupInvitation {
  if (invitation === undefined) throw new AppError('setup-link.not-found');
  if (setupState(invitation, now) !== 'handed-over') throw new AppError('draft.none');
}
