import { PREVIOUS_FOR } from '../connection.ts';
import type { Connection } from '../connection.ts';
import { mailChangedMethod } from './mail-changed-method.ts';
import type { ChangeMailDeps } from './mail-changed-method.ts';
import { mailReverted } from './mail-reverted.ts';
import { selectConnectionInForce, updateConnection } from '../connection-store.ts';
import { archiveConnection, reactivateConnection } from '../archive-connection.ts';
import { findPreviousMethod } from '../find-login-method.ts';
import { isPilot } from '../pilot/pilot.ts';
import type { LoginMethod } from '../find-login-method.ts';
import { syncAuthenticators } from '../sync-authenticators.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { after } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { ExplanationCode } from '../../connectors/explanation-codes.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { changeMethod, lockOrganization } from '../../organizations/change-method.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
}

/**
 * Returns an organization to the method before, within 30 days. What was in force is archived in turn.
 * @throws organization.not-found, caller.denied, caller.stale-factor, connection.not-found, version.conflict
 */
export async function switchBack(
  deps: Deps & ChangeMailDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; version: number },
): Promise<Organization> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const found = await lockOrganization(deps, input.organizationId);
    const organization = requireAccess(caller, 'edit-authentication', found);
    const tried = await selectConnectionInForce(deps.db, organization.id, { lock: true });
    if (!maySwitchBack(organization, tried, deps.clock.now())) throw new AppError('connection.not-found');
    const changed = await restorePreviousMethod(deps, caller, organization, input.version);
    const inForce = await selectConnectionInForce(deps.db, organization.id);
    await mailChangedMethod(deps, caller, changed, inForce ?? null);
    return changed;
  });
}

/** Whether an organization may switch back: within 30 days, and as long as a pilot lasts. */
export function maySwitchBack(organization: Organization, inForce: Connection | undefined, now: Date): boolean {
  return switchBackUntil(organization, now) !== null || (inForce !== undefined && isPilot(inForce));
}

/** Until when an organization may switch back; null when it may not. */
export function switchBackUntil(organization: Organization, now: Date): Date | null {
  if (organization.methodChangedAt === null) return null;
  const until = after(organization.methodChangedAt, PREVIOUS_FOR);
  return until > now ? until : null;
}

/**
 * An unconfirmed connection that its provider does not accept goes back by itself; an active one never does. Answers
 * whether it did: another login may have confirmed it meanwhile.
 */
export async function revertUnconfirmed(
  deps: Deps & { texts: Texts; publicUrl: URL },
  failed: Connection,
  reason: ExplanationCode,
): Promise<boolean> {
  return inTransaction(deps, async (deps) => {
    const organization = await lockOrganization(deps, failed.organizationId);
    const inForce = await selectConnectionInForce(deps.db, failed.organizationId, { lock: true });
    const same = inForce?.id === failed.id && inForce.version === failed.version && inForce.state === 'unconfirmed';
    if (organization === undefined || !same) return false;
    if ((await findPreviousMethod(deps, organization, inForce)) === null) return false;
    await updateConnection(deps.db, inForce, { revertedAt: deps.clock.now() });
    await restorePreviousMethod(deps, null, organization);
    await mailReverted(deps, organization, inForce, reason);
    await recordEvent(deps, {
      organizationId: organization.id,
      kind: 'connection.reverted',
      actor: SERVICE,
      details: { reason },
    });
    return true;
  });
}

async function restorePreviousMethod(
  deps: Inside<Deps>,
  caller: Caller | null,
  organization: Organization,
  version?: number,
): Promise<Organization> {
  const inForce = await selectConnectionInForce(deps.db, organization.id, { lock: true });
  const previous = await findPreviousMethod(deps, organization, inForce);
  if (previous === null) throw new AppError('connection.not-found');
  await restore(deps, organization, inForce, previous);
  const changed = await changeMethod(deps, caller, {
    organization,
    method: organization.previousMethod!,
    previousMethod: organization.method,
    kind: 'organization.switched-back',
    version,
  });
  await syncAuthenticators(deps, changed);
  return changed;
}

async function restore(
  deps: Inside<Deps>,
  organization: Organization,
  inForce: Connection | undefined,
  { connection }: LoginMethod,
): Promise<void> {
  const own = connection !== null && connection.organizationId === organization.id;
  if (own) await reactivateConnection(deps, inForce, connection);
  else if (inForce !== undefined) await archiveConnection(deps, inForce);
}
