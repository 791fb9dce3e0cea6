import { clientSecretPlace, requireOfClient } from './client-secrets.ts';
import type { ClientSecret } from './client-secrets.ts';
import {
  deleteClientSecret,
  deleteClientSecrets,
  insertClientSecret,
  updateSecretInUse,
} from './client-secret-store.ts';
import type { Connection } from '../connection.ts';
import { tellSecretHolders } from '../setup/draft/tell-secret-holders.ts';
import type { TellDeps } from '../setup/draft/tell-secret-holders.ts';
import { connectorOf, openSecret, secretPlace } from '../connection-settings.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { randomUuid } from '../../base/random.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Inside } from '../../db/database.ts';

/** Who takes a client secret into use: an administrator, or a login that the provider refused with the one before. */
export interface TakenBy {
  actor: Actor;
  because: 'administrator' | 'refused';
}

/**
 * Puts a client secret into a connection that is locked; the one that was in use becomes the previous one. Who handed in
 * either by a setup link is told.
 */
export async function putInUse(
  deps: Inside<TellDeps & { connectors: Connectors }>,
  connection: Connection,
  secret: ClientSecret & { sealedClientSecret: Buffer },
  { actor, because }: TakenBy,
): Promise<void> {
  requireOfClient(deps, secret, connection);
  const { id: connectionId, organizationId, method, issuer } = connection;
  const now = deps.clock.now();
  const connector = connectorOf(deps, connection.method);
  const taken = deps.secrets.open(secret.sealedClientSecret, clientSecretPlace(secret));
  const before = await openSecret(deps, connection);
  await deleteClientSecret(deps.db, secret);
  await deleteClientSecrets(deps.db, connection, 'previous');
  if (before !== null) {
    const id = randomUuid();
    const { clientId } = secret;
    const about = { id, connectionId, organizationId, state: 'previous', clientId, testedAt: null } as const;
    const sealedClientSecret = deps.secrets.seal(before, clientSecretPlace(about));
    const setAt = connection.clientSecretSetAt ?? connection.configuredAt;
    const expiresOn = connector.describe(connection.settings).settings['clientSecretExpiresOn'] ?? null;
    await insertClientSecret(deps.db, { ...about, sealedClientSecret, setAt, expiresOn, changedAt: now });
  }
  const settings = connector.withSecretExpiry(connection.settings, secret.expiresOn);
  await updateSecretInUse(deps.db, connection, {
    sealed: deps.secrets.seal(taken, secretPlace(connection)),
    setAt: secret.setAt,
    settings,
    expiresAt: connector.credentialExpiresAt(settings),
  });
  // The one before, of a link whose secret was in use: only where somebody went back is it worth a word.
  const { clientSecretSetAt: left } = connection;
  if (secret.state === 'previous' && left !== null)
    await tellSecretHolders(deps, { organizationId, setAt: left, inUse: false });
  await tellSecretHolders(deps, { organizationId, setAt: secret.setAt, inUse: true });
  const details = { method, issuer, which: secret.state, because, expiresOn: secret.expiresOn };
  await recordEvent(deps, { organizationId, kind: 'client-secret.taken-into-use', actor, details });
}
