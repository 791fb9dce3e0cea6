import type { Connection } from './connection.ts';
import { PREVIOUS_FOR, UNCONFIRMED_FOR, sharesIdentities } from './connection.ts';
import { putConnection, selectSealedSecret } from './connection-store.ts';
import { secretPlace } from './round-trip/begin-connection-login.ts';
import type { Clock } from '../base/clock.ts';
import { after } from '../base/clock.ts';
import type { ConnectionId, OrganizationId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database, Transaction } from '../db/database.ts';

/** What changing a method does in other rooms; the composition root hands it in. All within the given transaction. */
export interface MethodEffects {
  /** Passwords and authenticators of the organization's people rest, their reset links die; not those of break-glass users. */
  rest(tx: Transaction, organizationId: OrganizationId): Promise<void>;
  /** What rested works again. */
  wake(tx: Transaction, organizationId: OrganizationId): Promise<void>;
}

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** The client secret of a connection, or null. */
export async function openSecret(
  deps: { db: Database; secrets: SecretBox },
  connection: Connection,
): Promise<string | null> {
  const sealed = await selectSealedSecret(deps.db, connection.organizationId, connection.id);
  return sealed === null ? null : deps.secrets.open(sealed, secretPlace(connection));
}

/** Writes a connection with its secret, sealed for the row it stands in. */
export async function writeConnection(deps: Deps, connection: Connection, secret: string | null): Promise<void> {
  const sealed = secret === null ? null : deps.secrets.seal(secret, secretPlace(connection));
  await putConnection(deps.db, connection, sealed);
}

/** Takes a connection out of force and keeps it for switching back; `worthless` ones are kept for nothing. */
export async function putAside(deps: Deps, connection: Connection, worthless = false): Promise<void> {
  const now = deps.clock.now();
  const aside: Connection = {
    ...connection,
    state: 'previous',
    previousUntil: worthless ? now : after(now, PREVIOUS_FOR),
    unconfirmedUntil: null,
    endsSessionsAt: null,
    version: connection.version + 1,
  };
  await writeConnection(deps, aside, await openSecret(deps, connection));
}

/**
 * Puts new settings in force, and what was in force aside. Where both know people by the same subjects the row in force
 * keeps its id, so that its identities stay; a copy of the old settings is what is put aside.
 */
export async function replaceInForce(
  deps: Deps,
  organizationId: OrganizationId,
  inForce: Connection | undefined,
  next: { settings: Omit<Connection, 'id' | 'organizationId' | 'version'>; secret: string | null },
): Promise<Connection> {
  const fresh: Connection = { ...next.settings, id: newId(), organizationId, version: 1 };
  if (inForce === undefined) {
    await writeConnection(deps, fresh, next.secret);
    return fresh;
  }
  // Nobody ever logged in with settings that were not confirmed: there is nothing to return to.
  const worthless = inForce.state === 'unconfirmed';
  if (!sharesIdentities(inForce, fresh)) {
    await putAside(deps, inForce, worthless);
    await writeConnection(deps, fresh, next.secret);
    return fresh;
  }
  const oldSecret = await openSecret(deps, inForce);
  const kept: Connection = { ...fresh, id: inForce.id, version: inForce.version + 1 };
  await writeConnection(deps, kept, next.secret);
  if (!worthless) {
    const copy: Connection = { ...inForce, id: newId(), state: 'previous', version: 1, endsSessionsAt: null };
    await writeConnection(deps, { ...copy, previousUntil: after(deps.clock.now(), PREVIOUS_FOR) }, oldSecret);
  }
  return kept;
}

/** Puts a connection that was aside in force again, in the place of the one in force. Confirmed once, it is active at once. */
export async function restoreConnection(
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
    version: previous.version + 1,
  };
  const secret = await openSecret(deps, previous);
  if (inForce === undefined || !sharesIdentities(inForce, previous)) {
    if (inForce !== undefined) await putAside(deps, inForce);
    await writeConnection(deps, restored, secret);
    return restored;
  }
  // The two rows change their settings; identities stay with the row in force.
  const secretInForce = await openSecret(deps, inForce);
  const back: Connection = { ...restored, id: inForce.id, version: inForce.version + 1 };
  await writeConnection(deps, back, secret);
  const aside: Connection = {
    ...inForce,
    id: previous.id,
    state: 'previous',
    version: previous.version + 1,
    previousUntil: after(now, PREVIOUS_FOR),
    unconfirmedUntil: null,
    endsSessionsAt: null,
  };
  await writeConnection(deps, aside, secretInForce);
  return back;
}

function newId(): ConnectionId {
  return randomUuid() as ConnectionId;
}
