import { sql } from 'kysely';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { ConnectionId, OrganizationId, UserId } from '../base/ids.ts';
import { toStorableJson } from '../base/outside-text.ts';
import type { StatedValues } from '../connectors/connector.ts';
import type { Database } from '../db/database.ts';

/** What allowed the first binding; `administrator`: one decided that two persons are the same. */
export type BoundBy = 'invitation' | 'proven-address' | 'mailed-code' | 'administrator' | 'just-in-time';

/** Who somebody is at an identity provider, tied to one user. */
export interface Identity {
  id: string;
  connectionId: ConnectionId;
  /** The user's organization. */
  organizationId: OrganizationId;
  userId: UserId;
  issuer: string;
  /** `tid` for Entra ID, empty otherwise. */
  directoryId: string;
  /** `oid` for Entra ID, `sub` otherwise. */
  subject: string;
  boundBy: BoundBy;
  addressAtBinding: string | null;
  boundAt: Date;
  lastSeenAt: Date;
  /** The address the provider stated at the last login, where it is another than the user's. */
  statedAddress: string | null;
  /** Values of the claims that rules ask for, as stated at the last login; null where there were no rules. */
  statedValues: StatedValues | null;
}

/**
 * A person as one connection knows it, in one organization: the people of a managed organization that logs in as its
 * managing one may have an account in both. Never looked up without the connection: another may claim the same issuer.
 */
export interface SubjectKey {
  connectionId: ConnectionId;
  organizationId: OrganizationId;
  issuer: string;
  directoryId: string;
  subject: string;
}

/** Whose identity a subject is in the organization; undefined when it is bound to nobody there. */
export async function selectIdentityOf(db: Database, key: SubjectKey): Promise<UserId | undefined> {
  const row = await db
    .selectFrom('identity')
    .select('userId')
    .where('connectionId', '=', key.connectionId)
    .where('organizationId', '=', key.organizationId)
    .where('issuer', '=', key.issuer)
    .where('directoryId', '=', key.directoryId)
    .where('subject', '=', key.subject)
    .executeTakeFirst();
  return row?.userId;
}

/** Whom a subject of an issuer is in some connections, in whichever organizations log in through them. */
export async function selectUsersOfSubject(
  db: Database,
  connectionIds: readonly ConnectionId[],
  key: Pick<SubjectKey, 'issuer' | 'subject'>,
): Promise<UserId[]> {
  const rows = await db
    .selectFrom('identity')
    .select('userId')
    .where('connectionId', 'in', connectionIds)
    .where('issuer', '=', key.issuer)
    .where('subject', '=', key.subject)
    .execute();
  return rows.map(({ userId }) => userId);
}

/** Whether a user has an identity in a connection. */
export async function hasIdentity(
  db: Database,
  connectionId: ConnectionId,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<boolean> {
  const row = await db
    .selectFrom('identity')
    .select('id')
    .where('connectionId', '=', connectionId)
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Binds a subject to a user unless either is bound in this connection already; returns whether it did. */
export async function insertIdentity(db: Database, identity: Identity): Promise<boolean> {
  const result = await db
    .insertInto('identity')
    .values({ ...identity, statedValues: toColumn(identity.statedValues) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/**
 * Marks that an identity logged in, and which address the provider states where it is another than the user's.
 * @returns what was stated at the login before; undefined when the identity is gone
 */
export async function touchIdentity(
  db: Database,
  key: SubjectKey,
  login: Pick<Identity, 'userId' | 'statedAddress' | 'statedValues'> & { now: Date },
): Promise<{ statedBefore: string | null } | undefined> {
  const { rows } = await sql<{ statedBefore: string | null }>`
    update identity set last_seen_at = ${login.now}, stated_address = ${login.statedAddress},
      stated_values = ${toColumn(login.statedValues)}::jsonb
    from (
      select id, stated_address from identity
      where connection_id = ${key.connectionId} and organization_id = ${key.organizationId} and issuer = ${key.issuer}
        and directory_id = ${key.directoryId} and subject = ${key.subject} and user_id = ${login.userId}
      for update
    ) before
    where identity.id = before.id
    returning before.stated_address as stated_before`.execute(db);
  return rows[0];
}

function toColumn(values: StatedValues | null): string | null {
  return values === null ? null : toStorableJson(values);
}

/** What the provider stated of a user at the last login through a connection; null when nothing is known. */
export async function selectStatedValues(
  db: Database,
  about: { connectionId: ConnectionId; organizationId: OrganizationId; userId: UserId },
): Promise<StatedValues | null> {
  const row = await db
    .selectFrom('identity')
    .select('statedValues')
    .where('connectionId', '=', about.connectionId)
    .where('organizationId', '=', about.organizationId)
    .where('userId', '=', about.userId)
    .executeTakeFirst();
  return (row?.statedValues ?? null) as StatedValues | null;
}

/** Removes the identities of a user and that of a subject, in one connection; whose they were. */
export async function deleteIdentitiesBeside(
  db: Database,
  key: SubjectKey,
  userId: UserId,
): Promise<Pick<Identity, 'userId' | 'issuer' | 'subject'>[]> {
  return db
    .deleteFrom('identity')
    .where('connectionId', '=', key.connectionId)
    .where('organizationId', '=', key.organizationId)
    .where((eb) =>
      eb.or([
        eb('userId', '=', userId),
        eb.and([
          eb('issuer', '=', key.issuer),
          eb('directoryId', '=', key.directoryId),
          eb('subject', '=', key.subject),
        ]),
      ]),
    )
    .returning(['userId', 'issuer', 'subject'])
    .execute();
}

/** Removes a user's identities, in every connection; returns how many. */
export async function deleteIdentities(db: Database, organizationId: OrganizationId, userId: UserId): Promise<number> {
  const result = await db
    .deleteFrom('identity')
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** What an administrator sees of an identity: who, where, since when, under which address. */
export interface ListedIdentity {
  method: FederatedMethod;
  issuer: string;
  subject: string;
  statedAddress: string | null;
  addressAtBinding: string | null;
  boundAt: Date;
  lastSeenAt: Date;
}

/** The identities of a user, in current and in archived connections; the latest used first. */
export async function selectIdentitiesOf(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<ListedIdentity[]> {
  return db
    .selectFrom('identity')
    .innerJoin('connection', 'connection.id', 'identity.connectionId')
    .select([
      'connection.method',
      'identity.issuer',
      'identity.subject',
      'identity.statedAddress',
      'identity.addressAtBinding',
      'identity.boundAt',
      'identity.lastSeenAt',
    ])
    .where('identity.organizationId', '=', organizationId)
    .where('identity.userId', '=', userId)
    .orderBy('identity.lastSeenAt', 'desc')
    .execute();
}
