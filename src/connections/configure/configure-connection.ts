import { checkSettings, takeKeySet } from './check-settings.ts';
import type { CheckDeps, CheckedSettings, ConnectionBefore, EnteredSettings } from './check-settings.ts';
import { hostToConfirm, requireConfirmedHost } from './confirm-host.ts';
import type { HostDeps } from './confirm-host.ts';
import { mailChangedMethod } from './mail-changed-method.ts';
import { activateConnection, archiveOrDiscard, isTentative } from '../archive-connection.ts';
import type { NextSettings } from '../archive-connection.ts';
import { OLD_SESSIONS_FOR, UNCONFIRMED_FOR } from '../connection.ts';
import type { Connection } from '../connection.ts';
import { describeConnection, openSecret, sharesIdentities } from '../connection-settings.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import { findPreviousMethod } from '../find-login-method.ts';
import { keepPrevious, pilotFacts, readPilot } from '../pilot/change-pilot.ts';
import { isPilot, toColumns } from '../pilot/pilot.ts';
import type { PilotColumns } from '../pilot/pilot.ts';
import type { EnteredPilot } from '../pilot/change-pilot.ts';
import { syncAuthenticators } from '../sync-authenticators.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { after } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { CallbackUrls, ProviderFault } from '../../connectors/connector.ts';
import type { Database, Inside, Transaction } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { changeMethod, lockOrganization } from '../../organizations/change-method.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';
import { routeDomain } from '../../domains/route-domains.ts';
import { endSessionsOfOrganization } from '../../sessions/end-sessions.ts';

export interface ConfigureDeps extends CheckDeps, HostDeps {
  secrets: SecretBox;
  texts: Texts;
  /** Runs work in a transaction of the caller's rights. The provider is asked between two of them, never within one. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export interface ConfigureInput {
  organizationId: OrganizationId;
  settings: EnteredSettings;
  endSessions: 'within-12-hours' | 'at-once';
  /** Mail domains to route to the organization in the same transaction. */
  routeDomains?: readonly string[];
  /** Who logs in by it first; null: everybody; left out: a running pilot goes on, else everybody. */
  pilot?: EnteredPilot | null | undefined;
  /** The provider's host, typed once more; needed where it is not known. */
  confirmHost?: string | undefined;
  /** The organization's, as read. */
  version: number;
  /** Where the settings are those of a template: its secret stays there, and `take` runs in the transaction that saves. */
  template?: {
    id: TemplateId;
    callbacks: CallbackUrls;
    take: (deps: SaveDeps, organization: Organization) => Promise<void>;
  };
  /** Where the settings are those of a draft: its secret stays, and `take` takes it in the transaction that saves. */
  draft?: {
    before: ConnectionBefore;
    take: (deps: SaveDeps, organization: Organization, inForce: Connection | undefined) => Promise<void>;
  };
}

/** Saved, or what is wrong with the settings. */
export type Configured =
  | {
      saved: true;
      organization: Organization;
      connection: Connection | null;
    }
  | { saved: false; fault: ProviderFault };

/**
 * Saves how the people of an organization log in. A provider is checked first; then, in one transaction, what was in force
 * is archived for 30 days and the new connection is live as unconfirmed: until its first successful login, at most 14
 * days, the method before works beside it, so that a mistake locks nobody out.
 * @throws organization.not-found, caller.denied, caller.stale-factor, version.conflict, input.malformed,
 *   connection.host-unconfirmed, pilot.no-method-before
 */
export async function configureConnection(
  deps: ConfigureDeps,
  caller: Caller,
  input: ConfigureInput,
): Promise<Configured> {
  requireFreshFactor(caller, deps.clock.now());
  const before = await deps.transact((db) => readBefore(deps, db, caller, input.organizationId));
  const { settings } = input;
  const { method } = settings;
  if (method === 'built-in' || method === 'same-as-managing') {
    return deps.transact((db) => saveOwnMethod({ ...deps, db }, caller, { ...input, method }));
  }
  const { organizationId, draft, template } = input;
  const about = { organizationId, settings, callbacks: template?.callbacks };
  const checked = await checkSettings(deps, { ...about, before: draft?.before ?? before });
  if ('fault' in checked) return { saved: false, fault: checked };
  const host = await deps.transact((db) => hostToConfirm({ ...deps, db }, organizationId, checked, before));
  requireConfirmedHost(host, input.confirmHost);
  return deps.transact((db) => saveConnection({ ...deps, db }, caller, input, { checked, before }));
}

/** What is in force before a save or a check, with the secret that stays when none is entered. */
export async function readBefore(
  deps: Pick<ConfigureDeps, 'secrets'>,
  db: Database,
  caller: Caller,
  organizationId: OrganizationId,
): Promise<ConnectionBefore | undefined> {
  requireAccess(caller, 'edit-authentication', await findOrganization({ db }, organizationId));
  const connection = await selectConnectionInForce(db, organizationId);
  return connection && { connection, secret: await openSecret({ db, secrets: deps.secrets }, connection) };
}

type SaveDeps = Inside<ConfigureDeps & { db: Database }>;

async function saveOwnMethod(
  deps: SaveDeps,
  caller: Caller,
  input: ConfigureInput & { method: 'built-in' | 'same-as-managing' },
): Promise<Configured> {
  const found = await lockOrganization(deps, input.organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  if (input.method === 'same-as-managing' && organization.managingOrganizationId === null) {
    throw new AppError('input.malformed', { detail: 'the root follows nobody' });
  }
  const inForce = await selectConnectionInForce(deps.db, organization.id, { lock: true });
  if (inForce !== undefined) await archiveOrDiscard(deps, inForce);
  const previous = returnsTo(organization, inForce);
  const changed = await changeMethod(deps, caller, {
    organization,
    method: input.method,
    previousMethod: previous === input.method ? null : previous,
    kind: 'organization.method-changed',
    version: input.version,
  });
  await syncAuthenticators(deps, changed);
  await routeDomains(deps, caller, input);
  // A method of ours is in force at once; a connection waits for its first login (`endOldSessions`).
  if (input.endSessions === 'at-once') {
    const about = { organizationId: organization.id, reason: 'method changed' };
    await endSessionsOfOrganization(deps, actorOf(caller), about);
  }
  await mailChangedMethod(deps, caller, changed, null);
  return { saved: true, organization: changed, connection: null };
}

async function saveConnection(
  deps: SaveDeps,
  caller: Caller,
  input: ConfigureInput,
  { checked, before }: { checked: CheckedSettings; before: ConnectionBefore | undefined },
): Promise<Configured> {
  const now = deps.clock.now();
  const found = await lockOrganization(deps, input.organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  const inForce = await selectConnectionInForce(deps.db, organization.id, { lock: true });
  await requireSecretStill(deps, checked, before, inForce);
  const keys = await takeKeySet(deps, organization.id, checked);
  if ('fault' in keys) return { saved: false, fault: keys };
  await keepPrevious(deps, organization, inForce);
  const pilot: PilotColumns =
    input.pilot === undefined && inForce !== undefined
      ? inForce
      : toColumns(await readPilot(deps, organization.id, input.pilot ?? null, 'pilot.addresses'));
  await input.draft?.take(deps, organization, inForce);
  await input.template?.take(deps, organization);
  const { clientSecret, notes: _shownBefore, ...settings } = checked;
  const next: NextSettings = {
    ...settings,
    state: 'unconfirmed',
    templateId: input.template?.id ?? null,
    credentialExpiresAt: keys.expiresAt ?? checked.credentialExpiresAt,
    configuredBy: caller.userId,
    configuredAt: now,
    confirmedAt: null,
    unconfirmedUntil: after(now, UNCONFIRMED_FOR),
    previousUntil: null,
    // Sessions of who is outside of a pilot stay.
    endsSessionsAt: isPilot(pilot) ? null : input.endSessions === 'at-once' ? now : after(now, OLD_SESSIONS_FOR),
    lastSuccessAt: null,
    failingSince: null,
    lastFailure: null,
    lastFailureValues: null,
    lastFailureAt: null,
    revertedAt: null,
    unreturned: 0,
    unreturnedSince: null,
    authTime: null,
    // What was registered at a provider stays registered there.
    providerLogout: inForce?.issuer === checked.issuer && inForce.providerLogout,
    pilotPercent: pilot.pilotPercent,
    pilotUserIds: pilot.pilotUserIds,
    heldSince: null,
    hold: null,
  };
  // The same people log in at the same provider: their sessions stay.
  const samePeople = inForce?.state === 'active' && sharesIdentities(deps, inForce, next);
  const connection = await activateConnection(deps, organization.id, inForce, {
    settings: samePeople ? { ...next, endsSessionsAt: null } : next,
    secret: input.template === undefined ? clientSecret : null,
  });
  const changed = await changeMethod(deps, caller, {
    organization,
    method: checked.method,
    previousMethod: returnsTo(organization, inForce),
    kind: 'organization.method-changed',
    version: input.version,
  });
  if (isPilot(pilot) && (await findPreviousMethod(deps, changed, connection)) === null) {
    throw new AppError('pilot.no-method-before');
  }
  const described = describeConnection(deps, connection);
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'connection.configured',
    actor: actorOf(caller),
    details: {
      method: connection.method,
      issuer: connection.issuer,
      ...described.settings,
      credential: connection.credential,
      redirectUri: connection.redirectUri,
      hosts: described.hosts,
      ...pilotFacts(connection),
    },
  });
  await routeDomains(deps, caller, input);
  await mailChangedMethod(deps, caller, changed, connection);
  return { saved: true, organization: changed, connection };
}

/**
 * Refuses a save that would keep the client secret of before, where another one was taken into use while the provider was asked.
 * @throws version.conflict
 */
async function requireSecretStill(
  deps: SaveDeps,
  { clientSecret }: CheckedSettings,
  before: ConnectionBefore | undefined,
  inForce: Connection | undefined,
): Promise<void> {
  if (clientSecret === null || clientSecret !== before?.secret || inForce === undefined) return;
  if ((await openSecret(deps, inForce)) !== clientSecret) throw new AppError('version.conflict');
}

async function routeDomains(deps: SaveDeps, caller: Caller, input: ConfigureInput): Promise<void> {
  const { organizationId } = input;
  for (const domain of input.routeDomains?.toSorted() ?? [])
    await routeDomain(deps, caller, { organizationId, domain });
}

/** What *Switch back* leads to: the last method that worked. What never held for everybody is skipped. */
function returnsTo(organization: Organization, inForce: Connection | undefined): Organization['previousMethod'] {
  return inForce !== undefined && isTentative(inForce) ? organization.previousMethod : organization.method;
}
