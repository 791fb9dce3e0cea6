import type { ClientKey, ClientKeySet, KeyCredential } from './client-keys.ts';
import { privateKeysPlace } from './client-keys.ts';
import {
  countUnusedSets,
  insertKey,
  insertKeySet,
  lockUnusedSets,
  selectKey,
  selectKeys,
  selectKeySet,
  switchKeys,
  updateCredentialExpiry,
} from './client-key-store.ts';
import { makeClientKey } from './make-client-key.ts';
import type { MadeKey } from './make-client-key.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ClientKeyId, ClientKeySetId, OrganizationId } from '../../base/ids.ts';
import { formatId } from '../../base/ids.ts';
import { randomUuid } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** Sets of an organization that wait to be saved. */
const MOST_UNUSED = 10;

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** A set with its keys, the one in use first. */
export interface KeySetWithKeys extends ClientKeySet {
  keys: ClientKey[];
}

interface InSet {
  organizationId: OrganizationId;
  id: ClientKeySetId;
}

/**
 * Makes a key pair for a connection that is not saved yet.
 * @throws organization.not-found, caller.denied, client-keys.too-many
 */
export async function createKeySet(
  deps: Deps,
  caller: Caller,
  { organizationId, credential }: { organizationId: OrganizationId; credential: KeyCredential },
): Promise<KeySetWithKeys> {
  return inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
    return makeKeySet(deps, actorOf(caller), { organizationId, credential });
  });
}

/**
 * As {@link createKeySet}, where who may do so was decided by the caller.
 * @throws client-keys.too-many
 */
export async function makeKeySet(
  deps: Inside<Deps>,
  actor: Actor,
  { organizationId, credential }: { organizationId: OrganizationId; credential: KeyCredential },
): Promise<KeySetWithKeys> {
  await requireFewSets(deps, organizationId);
  const made = await makeClientKey(credential, deps.clock.now());
  // Counted again where no other is made meanwhile; the pair itself takes too long to be made under the lock.
  await lockUnusedSets(deps.db, organizationId);
  await requireFewSets(deps, organizationId);
  const createdAt = deps.clock.now();
  const id = randomUuid() as ClientKeySetId;
  const set: ClientKeySet = { id, organizationId, credential, issuer: null, createdAt };
  await insertKeySet(deps.db, set);
  const key = await addKey(deps, set, 'in-use', made);
  const details = { credential, clientKeys: formatId('cks', id), key: formatId('cky', key.id) };
  await recordEvent(deps, { organizationId, kind: 'client-key.made', actor, details });
  return { ...set, keys: [key] };
}

/** @throws organization.not-found, caller.denied, client-keys.not-found */
export async function readKeySet(
  deps: Pick<Deps, 'db'>,
  caller: Caller,
  { organizationId, id }: InSet,
): Promise<KeySetWithKeys> {
  requireAccess(caller, 'read', await findOrganization(deps, organizationId));
  const set = await selectKeySet(deps.db, organizationId, id);
  if (set === undefined) throw new AppError('client-keys.not-found');
  return { ...set, keys: await selectKeys(deps.db, organizationId, id) };
}

/**
 * Makes the next key of a set, which is published beside the one in use and signs nothing yet. One that waits already
 * stays.
 * @throws organization.not-found, caller.denied, caller.stale-factor, client-keys.not-found
 */
export async function addNextKey(deps: Deps, caller: Caller, { organizationId, id }: InSet): Promise<KeySetWithKeys> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const set = await lockSet(deps, caller, { organizationId, id });
    const keys = await selectKeys(deps.db, organizationId, id);
    if (keys.some(({ state }) => state === 'next')) return { ...set, keys };
    const key = await addKey(deps, set, 'next', await makeClientKey(set.credential, deps.clock.now()));
    const details = { credential: set.credential, clientKeys: formatId('cks', id), key: formatId('cky', key.id) };
    await recordEvent(deps, { organizationId, kind: 'client-key.made', actor: actorOf(caller), details });
    return { ...set, keys: [...keys, key] };
  });
}

/**
 * Takes the next key of a set into use, or the previous one again. The one that was in use stays as the previous one.
 * @throws organization.not-found, caller.denied, caller.stale-factor, client-keys.not-found
 */
export async function useClientKey(
  deps: Deps,
  caller: Caller,
  { organizationId, id, keyId }: InSet & { keyId: ClientKeyId },
): Promise<KeySetWithKeys> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const set = await lockSet(deps, caller, { organizationId, id });
    const key = await selectKey(deps.db, organizationId, id, keyId);
    if (key === undefined) throw new AppError('client-keys.not-found');
    if (key.state !== 'in-use') {
      await switchKeys(deps.db, key, deps.clock.now());
      await updateCredentialExpiry(deps.db, key);
      const details = { credential: set.credential, clientKeys: formatId('cks', id), key: formatId('cky', keyId) };
      await recordEvent(deps, { organizationId, kind: 'client-key.taken-into-use', actor: actorOf(caller), details });
    }
    return { ...set, keys: await selectKeys(deps.db, organizationId, id) };
  });
}

async function lockSet(deps: Pick<Deps, 'db'>, caller: Caller, { organizationId, id }: InSet): Promise<ClientKeySet> {
  requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
  const set = await selectKeySet(deps.db, organizationId, id, { lock: true });
  if (set === undefined) throw new AppError('client-keys.not-found');
  return set;
}

/** @throws client-keys.too-many */
async function requireFewSets({ db }: Pick<Deps, 'db'>, organizationId: OrganizationId): Promise<void> {
  if ((await countUnusedSets(db, organizationId)) >= MOST_UNUSED) throw new AppError('client-keys.too-many');
}

async function addKey(
  deps: Deps,
  set: ClientKeySet,
  state: 'in-use' | 'next',
  { privateKeys, ...made }: MadeKey,
): Promise<ClientKey> {
  const now = deps.clock.now();
  const { organizationId } = set;
  const id = randomUuid() as ClientKeyId;
  const key: ClientKey = { ...made, id, clientKeySetId: set.id, organizationId, state, createdAt: now, changedAt: now };
  await insertKey(deps.db, key, deps.secrets.seal(JSON.stringify(privateKeys), privateKeysPlace(key)));
  return key;
}
