/**
 * Client secrets of a connection in force that are not in use: the next one, entered beside the one in use, and the one
 * before it.
 *
 *     manage-client-secrets   an administrator enters the next one, takes it into use, or the one before again
 *     take-tested-secret      a login does so by itself, when the provider refuses the one in use
 *
 *     next ──> in use ──> previous ──> deleted
 *                └────── <──┘ an administrator may go back
 *
 * This file is the model, client-secret-store.ts the SQL. The one in use stands in its connection. A next one is taken into
 * use only after a *Test* with it passed: a code may be spent by a client authentication that failed, so no login tries two.
 * They were entered for one registration: another client, provider or secret in use, another method or *Switch back* delete
 * them; what else is saved keeps them.
 */
import type { Connection } from '../connection.ts';
import { clientIdOf } from '../connection-settings.ts';
import type { Seconds } from '../../base/clock.ts';
import { DAY } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ConnectionId, OrganizationId } from '../../base/ids.ts';
import type { SealedPlace } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';

/** A client secret that is not in use, without what is sealed of it. */
export interface ClientSecret {
  id: string;
  connectionId: ConnectionId;
  organizationId: OrganizationId;
  state: 'next' | 'previous';
  /** As which client it authenticates. */
  clientId: string | null;
  /** The day it expires, `YYYY-MM-DD`, as entered; null: not known. */
  expiresOn: string | null;
  setAt: Date;
  /** When a test with it passed; null before. */
  testedAt: Date | null;
  changedAt: Date;
}

/** So long the one before stays: as a previous key. */
export const PREVIOUS_SECRET_FOR: Seconds = 7 * DAY;

/** Where one stands sealed. */
export function clientSecretPlace({ id, organizationId }: Pick<ClientSecret, 'id' | 'organizationId'>): SealedPlace {
  return { table: 'connection_secret', column: 'sealed_client_secret', row: id, organization: organizationId };
}

/**
 * Whether a client secret is of the client that its connection is registered as now: a server of the version before changes
 * the one and leaves the other.
 */
export function isOfClient(
  deps: { connectors: Connectors },
  { clientId }: Pick<ClientSecret, 'clientId'>,
  connection: Connection,
): boolean {
  return clientId !== null && clientId === clientIdOf(deps, connection);
}

/** @throws client-secret.none for one of another client */
export function requireOfClient(...about: Parameters<typeof isOfClient>): void {
  if (!isOfClient(...about)) throw new AppError('client-secret.none', { detail: 'of another client' });
}

/** Whether a connection has a client secret of its own: a template's is replaced there. */
export function hasOwnSecret({ credential, templateId }: Pick<Connection, 'credential' | 'templateId'>): boolean {
  return credential === 'secret' && templateId === null;
}
