import { checkSettings } from './check-settings.ts';
import type { CheckDeps, CheckedSettings, FederatedSettings } from './check-settings.ts';
import { UNCONFIRMED_FOR, sharesIdentities } from './connection.ts';
import type { Connection } from './connection.ts';
import { selectConnectionInForce } from './connection-store.ts';
import { openSecret, putAside, replaceInForce } from './put-aside.ts';
import type { MethodEffects } from './put-aside.ts';
import { settleAuthenticators } from './settle-authenticators.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { OLD_SESSIONS_FOR } from './connection.ts';
import { after } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { ProviderFault } from '../connectors/read-provider.ts';
import type { Database, Transaction } from '../db/database.ts';
import { requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller } from '../organizations/access.ts';
import { changeMethod, lockOrganization } from '../organizations/change-method.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

/** What the pane *Authentication settings* saves. */
export type MethodSettings = { method: 'built-in' } | { method: 'same-as-managing' } | FederatedSettings;

export interface ConfigureDeps extends CheckDeps {
  /** Runs work in a transaction of the caller's rights. The provider is asked between two of them, never within one. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  effects: MethodEffects;
}

export interface ConfigureInput {
  organizationId: OrganizationId;
  settings: MethodSettings;
  endSessions: 'within-12-hours' | 'at-once';
  /** The organization's, as read. */
  version: number;
  /** Further changes of the same save, in its transaction: routed domains, sessions that end at once. */
  alongside?: (tx: Transaction) => Promise<void>;
}

/** Saved, or what is wrong with the settings. */
export type Configured =
  | { saved: true; organization: Organization; connection: Connection | null }
  | { saved: false; fault: ProviderFault };

/**
 * Saves how the people of an organization log in. A provider is checked first; then, in one transaction, what was in force
 * is put aside for 30 days and the new connection is live as unconfirmed: until its first successful login, at most 14
 * days, the method before works beside it, so that a mistake locks nobody out.
 * @throws organization.not-found, caller.denied, caller.stale-factor, version.conflict, input.malformed
 */
export async function configureConnection(
  deps: ConfigureDeps,
  caller: Caller,
  input: ConfigureInput,
): Promise<Configured> {
  requireFreshFactor(caller, deps.clock.now());
  const before = await deps.transact((db) => readBefore(deps, db, caller, input.organizationId));
  const { settings } = input;
  if (settings.method === 'built-in' || settings.method === 'same-as-managing') {
    const { method } = settings;
    return deps.transact((db) => saveOwnMethod({ ...deps, db }, caller, { ...input, method }));
  }
  const checked = await checkSettings(deps, { organizationId: input.organizationId, settings, before });
  if ('fault' in checked) return { saved: false, fault: checked };
  return deps.transact((db) => saveConnection({ ...deps, db }, caller, input, checked));
}

/** What is in force before a save or a check, with the secret that stays when none is entered. */
export async function readBefore(
  deps: Pick<ConfigureDeps, 'secrets'>,
  db: Database,
  caller: Caller,
  organizationId: OrganizationId,
): Promise<{ connection: Connection; secret: string | null } | undefined> {
  requireAccess(caller, 'edit-authentication', await findOrganization({ db }, organizationId));
  const connection = await selectConnectionInForce(db, organizationId);
  return connection && { connection, secret: await openSecret({ db, secrets: deps.secrets }, connection) };
}

interface SaveDeps extends ConfigureDeps {
  db: Transaction;
}

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
  if (inForce !== undefined) await putAside(deps, inForce, inForce.state === 'unconfirmed');
  const previous = returnsTo(organization, inForce);
  const changed = await changeMethod(deps, caller, {
    organization,
    method: input.method,
    previousMethod: previous === input.method ? null : previous,
    kind: 'organization.method-changed',
    version: input.version,
  });
  await settleAuthenticators(deps, changed);
  await input.alongside?.(deps.db);
  return { saved: true, organization: changed, connection: null };
}

async function saveConnection(
  deps: SaveDeps,
  caller: Caller,
  input: ConfigureInput,
  checked: CheckedSettings,
): Promise<Configured> {
  const now = deps.clock.now();
  const found = await lockOrganization(deps, input.organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  const inForce = await selectConnectionInForce(deps.db, organization.id, { lock: true });
  const settings: Omit<Connection, 'id' | 'organizationId' | 'version'> = {
    method: checked.method,
    state: 'unconfirmed',
    clientId: checked.clientId,
    issuer: checked.provider.metadata.issuer,
    directoryId: checked.provider.directoryId,
    credential: checked.secret === null ? 'none' : 'secret',
    clientSecretSetAt: checked.secretSetAt,
    flow: checked.flow,
    redirectUri: checked.redirectUri,
    metadata: checked.provider.metadata,
    keys: checked.provider.keys,
    keysReadAt: now,
    configuredBy: caller.userId,
    configuredAt: now,
    confirmedAt: null,
    unconfirmedUntil: after(now, UNCONFIRMED_FOR),
    previousUntil: null,
    endsSessionsAt: input.endSessions === 'at-once' ? now : after(now, OLD_SESSIONS_FOR),
    lastSuccessAt: null,
    failingSince: null,
    lastFailure: null,
  };
  // The same people log in in the same place: their sessions stay what they are.
  const samePeople =
    inForce?.state === 'active' && sharesIdentities(inForce, { ...settings, metadata: checked.provider.metadata });
  const connection = await replaceInForce(deps, organization.id, inForce, {
    settings: samePeople ? { ...settings, endsSessionsAt: null } : settings,
    secret: checked.secret,
  });
  const changed = await changeMethod(deps, caller, {
    organization,
    method: checked.method,
    previousMethod: returnsTo(organization, inForce),
    kind: 'organization.method-changed',
    version: input.version,
  });
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'connection.configured',
    actor: actorOf(caller),
    details: {
      method: connection.method,
      issuer: connection.issuer,
      clientId: connection.clientId,
      credential: connection.credential,
      redirectUri: connection.redirectUri,
      hosts: hostsOf(connection),
    },
  });
  await input.alongside?.(deps.db);
  return { saved: true, organization: changed, connection };
}

/** What *Switch back* leads to: the last method that worked. Settings nobody ever logged in with are skipped. */
function returnsTo(organization: Organization, inForce: Connection | undefined): Organization['previousMethod'] {
  return inForce?.state === 'unconfirmed' ? organization.previousMethod : organization.method;
}

function hostsOf(connection: Connection): string[] {
  const { authorization_endpoint, token_endpoint, jwks_uri } = connection.metadata;
  const urls = [authorization_endpoint, token_endpoint, jwks_uri].filter((url) => url !== undefined);
  return [...new Set(urls.map((url) => new URL(url).host))];
}
