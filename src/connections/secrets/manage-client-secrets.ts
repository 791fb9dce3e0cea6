import { clientSecretPlace, hasOwnSecret, isOfClient } from './client-secrets.ts';
import type { ClientSecret } from './client-secrets.ts';
import {
  deleteClientSecrets,
  insertClientSecret,
  selectClientSecrets,
  selectSealedClientSecret,
} from './client-secret-store.ts';
import { putInUse } from './put-in-use.ts';
import type { Connection } from '../connection.ts';
import { clientIdOf, openSecret } from '../connection-settings.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { randomUuid } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';
import type { Texts } from '../../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
  texts: Texts;
}

/** The client secrets of the connection in force: when the one in use was set and expires, and those beside it. */
export interface ClientSecrets {
  setAt: Date | null;
  expiresAt: Date | null;
  next: ClientSecret | null;
  previous: ClientSecret | null;
}

/** @throws organization.not-found, caller.denied, client-secret.none */
export async function readClientSecrets(
  deps: Pick<Deps, 'db' | 'connectors'>,
  caller: Caller,
  { organizationId }: { organizationId: OrganizationId },
): Promise<ClientSecrets> {
  requireAccess(caller, 'read', await findOrganization(deps, organizationId));
  const connection = await selectConnectionInForce(deps.db, organizationId);
  if (connection === undefined || !hasOwnSecret(connection)) throw new AppError('client-secret.none');
  return secretsOf(deps, connection);
}

/**
 * Enters the next client secret beside the one in use, in the place of one that waits. Nothing is authenticated with it
 * before a test.
 * @throws organization.not-found, caller.denied, caller.stale-factor, client-secret.none, client-secret.in-use
 */
export async function enterNextSecret(
  deps: Omit<Deps, 'texts'>,
  caller: Caller,
  input: { organizationId: OrganizationId; clientSecret: string; expiresOn: string | null },
): Promise<ClientSecrets> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const connection = await lockOwn(deps, caller, input.organizationId);
    const { clientSecret, expiresOn } = input;
    await putNext(deps, connection, { clientSecret, expiresOn, testedAt: null, by: actorOf(caller) });
    return secretsOf(deps, connection);
  });
}

/**
 * Writes the next client secret of a connection that is locked.
 * @returns when it was entered, by which it is known from state to state
 * @throws client-secret.in-use
 */
export async function putNext(
  deps: Inside<Omit<Deps, 'texts'>>,
  connection: Connection,
  entered: { clientSecret: string; expiresOn: string | null; testedAt: Date | null; by: Actor },
): Promise<Date> {
  const { clientSecret, expiresOn, testedAt, by } = entered;
  if ((await openSecret(deps, connection)) === clientSecret) throw new AppError('client-secret.in-use');
  const { id: connectionId, organizationId, method, issuer } = connection;
  const now = deps.clock.now();
  const id = randomUuid();
  const clientId = clientIdOf(deps, connection);
  const about = { id, connectionId, organizationId, state: 'next', clientId, expiresOn, setAt: now, testedAt } as const;
  await deleteClientSecrets(deps.db, connection, 'next');
  await insertClientSecret(deps.db, {
    ...about,
    changedAt: now,
    sealedClientSecret: deps.secrets.seal(clientSecret, clientSecretPlace(about)),
  });
  const details = { method, issuer, expiresOn };
  await recordEvent(deps, { organizationId, kind: 'client-secret.entered', actor: by, details });
  return now;
}

/**
 * Deletes the next client secret.
 * @throws organization.not-found, caller.denied, caller.stale-factor, client-secret.none
 */
export async function deleteNextSecret(
  deps: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  { organizationId }: { organizationId: OrganizationId },
): Promise<void> {
  requireFreshFactor(caller, deps.clock.now());
  await inTransaction(deps, async (deps) => {
    const connection = await lockOwn(deps, caller, organizationId);
    if (!(await deleteClientSecrets(deps.db, connection, 'next'))) throw new AppError('client-secret.none');
    const { method, issuer } = connection;
    const event = { organizationId, kind: 'client-secret.deleted', actor: actorOf(caller) } as const;
    await recordEvent(deps, { ...event, details: { method, issuer } });
  });
}

/**
 * Takes the next client secret into use, once a test with it passed, or the one before again. The one that was in use stays
 * as the previous one.
 * @throws organization.not-found, caller.denied, caller.stale-factor, client-secret.none, client-secret.untested
 */
export async function useClientSecret(
  deps: Deps,
  caller: Caller,
  { organizationId, which }: { organizationId: OrganizationId; which: ClientSecret['state'] },
): Promise<ClientSecrets> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const connection = await lockOwn(deps, caller, organizationId);
    const secret = await selectSealedClientSecret(deps.db, connection, which);
    if (secret === undefined) throw new AppError('client-secret.none');
    if (which === 'next' && secret.testedAt === null) throw new AppError('client-secret.untested');
    await putInUse(deps, connection, secret, { actor: actorOf(caller), because: 'administrator' });
    const inForce = await selectConnectionInForce(deps.db, organizationId);
    return secretsOf(deps, inForce ?? connection);
  });
}

/** The connection in force with a client secret of its own, locked. */
async function lockOwn(
  deps: Inside<Pick<Deps, 'db'>>,
  caller: Caller,
  organizationId: OrganizationId,
): Promise<Connection> {
  requireAccess(caller, 'edit-authentication', await keepOrganization(deps, organizationId));
  const connection = await selectConnectionInForce(deps.db, organizationId, { lock: true });
  if (connection === undefined || !hasOwnSecret(connection)) throw new AppError('client-secret.none');
  return connection;
}

async function secretsOf(deps: Pick<Deps, 'db' | 'connectors'>, connection: Connection): Promise<ClientSecrets> {
  const stored = await selectClientSecrets(deps.db, connection);
  const beside = stored.filter((each) => isOfClient(deps, each, connection));
  return {
    setAt: connection.clientSecretSetAt,
    expiresAt: connection.credentialExpiresAt,
    next: beside.find(({ state }) => state === 'next') ?? null,
    previous: beside.find(({ state }) => state === 'previous') ?? null,
  };
}
