import type { Connection, ConnectionState } from './connection.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';

const COLUMNS = [
  'connection.id',
  'connection.organization_id',
  'connection.method',
  'connection.state',
  'connection.version',
  'connection.issuer',
  'connection.credential',
  'connection.client_secret_set_at',
  'connection.redirect_uri',
  'connection.settings',
  'connection.configured_by',
  'connection.configured_at',
  'connection.confirmed_at',
  'connection.unconfirmed_until',
  'connection.previous_until',
  'connection.ends_sessions_at',
  'connection.last_success_at',
  'connection.failing_since',
  'connection.last_failure',
] as const;

interface Row {
  id: ConnectionId;
  organization_id: OrganizationId;
  method: FederatedMethod;
  state: ConnectionState;
  version: number;
  issuer: string;
  credential: 'none' | 'secret';
  client_secret_set_at: Date | null;
  redirect_uri: string;
  settings: unknown;
  configured_by: UserId | null;
  configured_at: Date;
  confirmed_at: Date | null;
  unconfirmed_until: Date | null;
  previous_until: Date | null;
  ends_sessions_at: Date | null;
  last_success_at: Date | null;
  failing_since: Date | null;
  last_failure: string | null;
}

function toConnection(row: Row): Connection {
  return {
    id: row.id,
    organizationId: row.organization_id,
    method: row.method,
    state: row.state,
    version: row.version,
    issuer: row.issuer,
    credential: row.credential,
    clientSecretSetAt: row.client_secret_set_at,
    redirectUri: row.redirect_uri,
    settings: row.settings,
    configuredBy: row.configured_by,
    configuredAt: row.configured_at,
    confirmedAt: row.confirmed_at,
    unconfirmedUntil: row.unconfirmed_until,
    previousUntil: row.previous_until,
    endsSessionsAt: row.ends_sessions_at,
    lastSuccessAt: row.last_success_at,
    failingSince: row.failing_since,
    lastFailure: row.last_failure,
  };
}

/** The connection in force of an organization: unconfirmed or active, at most one. `lock` holds it for the transaction. */
export async function selectConnectionInForce(
  db: Database,
  organizationId: OrganizationId,
  options: { lock?: boolean } = {},
): Promise<Connection | undefined> {
  const query = db
    .selectFrom('connection')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('state', 'in', ['unconfirmed', 'active']);
  const row = await (options.lock === true ? query.forUpdate() : query).executeTakeFirst();
  return row && toConnection(row);
}

/** The connection an organization may return to: the latest one put aside that is not too old. */
export async function selectPreviousConnection(
  db: Database,
  organizationId: OrganizationId,
  now: Date,
): Promise<Connection | undefined> {
  const row = await db
    .selectFrom('connection')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'previous')
    .where('previous_until', '>', now)
    .orderBy('previous_until', 'desc')
    .orderBy('configured_at', 'desc')
    .executeTakeFirst();
  return row && toConnection(row);
}

/** The sealed client secret; only for sealing it anew and for speaking to the provider. */
export async function selectSealedSecret(
  db: Database,
  organizationId: OrganizationId,
  id: ConnectionId,
): Promise<Buffer | null> {
  const row = await db
    .selectFrom('connection')
    .select('sealed_client_secret')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.sealed_client_secret ?? null;
}

/** Inserts a connection, or writes all of one anew. A second one in force is a unique violation. */
export async function putConnection(
  db: Database,
  connection: Connection,
  sealedClientSecret: Buffer | null,
): Promise<void> {
  const { id, organizationId, ...rest } = connection;
  const values = {
    method: rest.method,
    state: rest.state,
    version: rest.version,
    issuer: rest.issuer,
    credential: rest.credential,
    sealed_client_secret: sealedClientSecret,
    client_secret_set_at: rest.clientSecretSetAt,
    redirect_uri: rest.redirectUri,
    settings: JSON.stringify(rest.settings),
    configured_by: rest.configuredBy,
    configured_at: rest.configuredAt,
    confirmed_at: rest.confirmedAt,
    unconfirmed_until: rest.unconfirmedUntil,
    previous_until: rest.previousUntil,
    ends_sessions_at: rest.endsSessionsAt,
    last_success_at: rest.lastSuccessAt,
    failing_since: rest.failingSince,
    last_failure: rest.lastFailure,
  };
  await db
    .insertInto('connection')
    .values({ id, organization_id: organizationId, ...values })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(values).where('connection.organization_id', '=', organizationId),
    )
    .execute();
}

/** What a login, or a tick, may change in a connection. */
export interface ConnectionChange {
  state?: ConnectionState;
  confirmedAt?: Date;
  unconfirmedUntil?: Date | null;
  previousUntil?: Date | null;
  endsSessionsAt?: Date | null;
  lastSuccessAt?: Date;
  failingSince?: Date | null;
  lastFailure?: string | null;
}

/** Changes a connection that still has this version and state; answers whether it had. The version does not count these. */
export async function updateConnection(
  db: Database,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version' | 'state'>,
  change: ConnectionChange,
): Promise<boolean> {
  const result = await db
    .updateTable('connection')
    .set({
      ...(change.state === undefined ? {} : { state: change.state }),
      ...(change.confirmedAt === undefined ? {} : { confirmed_at: change.confirmedAt }),
      ...(change.unconfirmedUntil === undefined ? {} : { unconfirmed_until: change.unconfirmedUntil }),
      ...(change.previousUntil === undefined ? {} : { previous_until: change.previousUntil }),
      ...(change.endsSessionsAt === undefined ? {} : { ends_sessions_at: change.endsSessionsAt }),
      ...(change.lastSuccessAt === undefined ? {} : { last_success_at: change.lastSuccessAt }),
      ...(change.failingSince === undefined ? {} : { failing_since: change.failingSince }),
      ...(change.lastFailure === undefined ? {} : { last_failure: change.lastFailure }),
    })
    .where('organization_id', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .where('version', '=', connection.version)
    .where('state', '=', connection.state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Stores settings whose keys were fetched anew. The version does not count it. */
export async function updateSettings(
  db: Database,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version'>,
  settings: unknown,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ settings: JSON.stringify(settings) })
    .where('organization_id', '=', connection.organizationId)
    .where('id', '=', connection.id)
    .where('version', '=', connection.version)
    .execute();
}

/** Active connections whose sessions from before are due to end. Over all organizations: for the service's own tick. */
export async function selectSessionsDue(db: Database, now: Date, limit: number): Promise<Connection[]> {
  const rows = await db
    .selectFrom('connection')
    .select(COLUMNS)
    .where('state', '=', 'active')
    .where('ends_sessions_at', '<=', now)
    .limit(limit)
    .execute();
  return rows.map(toConnection);
}
