import type { Connection } from './connection.ts';
import { PREVIOUS_FOR, UNCONFIRMED_FOR } from './connection.ts';
import { clientIdOf, openSecret, secretPlace, sharesIdentities } from './connection-settings.ts';
import { putConnection } from './connection-store.ts';
import { isPilot } from './pilot/pilot.ts';
import { deleteClientSecrets } from './secrets/client-secret-store.ts';
import { NO_RULES, readRoleRules } from './roles/role-rule.ts';
import type { RoleRules } from './roles/role-rule.ts';
import { selectUnseenVersion } from './roles/role-rules-store.ts';
import type { Clock } from '../base/clock.ts';
import { after } from '../base/clock.ts';
import type { ConnectionId, OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Connectors } from '../connectors/create-connectors.ts';
import type { Transaction } from '../db/database.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
}

/** Writes a connection with its secret, sealed for the row it stands in. */
export async function writeConnection(
  deps: Pick<Deps, 'db' | 'secrets'>,
  connection: Connection,
  secret: string | null,
): Promise<void> {
  const sealed = secret === null ? null : deps.secrets.seal(secret, secretPlace(connection));
  await putConnection(deps.db, connection, sealed);
}

/** Takes a connection out of force and keeps it 30 days for switching back. */
export async function archiveConnection(deps: Deps, connection: Connection): Promise<void> {
  await retire(deps, connection, after(deps.clock.now(), PREVIOUS_FOR));
}

/**
 * Takes an unconfirmed connection out of force: nobody ever logged in with it, so nobody can switch back to it. The row
 * stays, because events name it.
 */
export async function discardConnection(deps: Deps, connection: Connection): Promise<void> {
  await retire(deps, connection, deps.clock.now());
}

async function retire(deps: Deps, connection: Connection, previousUntil: Date): Promise<void> {
  await deleteClientSecrets(deps.db, connection);
  const retired: Connection = {
    ...connection,
    state: 'previous',
    previousUntil,
    unconfirmedUntil: null,
    endsSessionsAt: null,
    version: connection.version + 1,
  };
  await writeConnection(deps, retired, await openSecret(deps, connection));
}

/**
 * Whether a connection never held for everybody: the method before it stays the one to return to when it is replaced.
 */
export function isTentative(connection: Connection): boolean {
  return connection.state === 'unconfirmed' || isPilot(connection);
}

/** Archives a connection that held for everybody, discards another. */
export async function archiveOrDiscard(deps: Deps, connection: Connection): Promise<void> {
  await (isTentative(connection) ? discardConnection : archiveConnection)(deps, connection);
}

/** Settings to be activated. The rules for roles are not among them: those in force stay where the provider does, else there are none. */
export type NextSettings = Omit<Connection, 'id' | 'organizationId' | 'version' | 'roleRules'>;

/**
 * Activates new settings and archives those in force. Where both know people by the same subjects the row in force keeps
 * its id, so that its identities stay; a copy of the old settings is archived.
 */
export async function activateConnection(
  deps: Deps,
  organizationId: OrganizationId,
  inForce: Connection | undefined,
  next: { settings: NextSettings; secret: string | null },
): Promise<Connection> {
  const roleRules = { ...NO_RULES, version: await selectUnseenVersion(deps.db, organizationId) };
  const fresh: Connection = { ...next.settings, id: newId(), organizationId, version: 1, roleRules };
  if (inForce === undefined) {
    await writeConnection(deps, fresh, next.secret);
    return fresh;
  }
  if (!sharesIdentities(deps, inForce, fresh)) {
    await archiveOrDiscard(deps, inForce);
    await writeConnection(deps, fresh, next.secret);
    return fresh;
  }
  const oldSecret = await openSecret(deps, inForce);
  // Those beside the one in use were entered for these settings; they stay where provider, registration and secret do.
  const stays = next.secret !== null && next.secret === oldSecret && isSameClient(deps, inForce, fresh);
  if (!stays) await deleteClientSecrets(deps.db, inForce);
  const kept: Connection = { ...fresh, id: inForce.id, version: inForce.version + 1, roleRules: inForce.roleRules };
  await writeConnection(deps, kept, next.secret);
  if (!isTentative(inForce)) {
    const copy: Connection = { ...inForce, id: newId(), state: 'previous', version: 1, endsSessionsAt: null };
    await writeConnection(deps, { ...copy, previousUntil: after(deps.clock.now(), PREVIOUS_FOR) }, oldSecret);
  }
  return kept;
}

/**
 * Reactivates an archived connection, replacing the current one. Confirmed once, it is active at once. Its rules for roles are
 * old and were shown to nobody meanwhile: where both know people by the same subjects those in force stay, else they wait
 * inactive until an administrator saves them.
 */
export async function reactivateConnection(
  deps: Deps,
  inForce: Connection | undefined,
  previous: Connection,
): Promise<Connection> {
  const now = deps.clock.now();
  const confirmed = previous.confirmedAt !== null;
  const restored: Connection = {
    ...previous,
    state: confirmed ? 'active' : 'unconfirmed',
    unconfirmedUntil: confirmed ? null : after(now, UNCONFIRMED_FOR),
    previousUntil: null,
    failingSince: null,
    lastFailure: null,
    lastFailureValues: null,
    lastFailureAt: null,
    revertedAt: null,
    unreturned: 0,
    unreturnedSince: null,
    roleRules: await waiting(deps, previous),
    version: previous.version + 1,
  };
  const secret = await openSecret(deps, previous);
  if (inForce === undefined || !sharesIdentities(deps, inForce, previous)) {
    if (inForce !== undefined) await archiveConnection(deps, inForce);
    await writeConnection(deps, restored, secret);
    return restored;
  }
  await deleteClientSecrets(deps.db, inForce);
  // The two rows exchange their settings; identities stay with the row in force.
  const secretInForce = await openSecret(deps, inForce);
  const { id, roleRules } = inForce;
  const back: Connection = { ...restored, id, roleRules, version: inForce.version + 1 };
  await writeConnection(deps, back, secret);
  const archived: Connection = {
    ...inForce,
    id: previous.id,
    state: 'previous',
    version: previous.version + 1,
    previousUntil: after(now, PREVIOUS_FOR),
    unconfirmedUntil: null,
    endsSessionsAt: null,
  };
  await writeConnection(deps, archived, secretInForce);
  return back;
}

/** Whether both are one client of one provider. */
export function isSameClient(deps: Pick<Deps, 'connectors'>, one: Connection, other: Connection): boolean {
  const sameProvider = one.method === other.method && one.issuer === other.issuer;
  return sameProvider && clientIdOf(deps, one) === clientIdOf(deps, other);
}

async function waiting(deps: Pick<Deps, 'db'>, connection: Connection): Promise<RoleRules> {
  const { rules } = readRoleRules(connection);
  // What an editor has open are the rules of another connection.
  const version = await selectUnseenVersion(deps.db, connection.organizationId);
  return { version, rules, inactive: rules.length > 0 };
}

function newId(): ConnectionId {
  return randomUuid() as ConnectionId;
}
