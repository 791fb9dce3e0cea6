import { sql } from 'kysely';
import { inUseSql } from '../in-use-sql.ts';
import type { Connection } from '../connection.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import { after, HOUR, MINUTE } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import type { ConnectionId, OrganizationId } from '../../base/ids.ts';
import type { Finding } from '../../connectors/explanation-codes.ts';
import type { Database } from '../../db/database.ts';

/** A good copy is read again after so long. */
const READ_EVERY: Seconds = HOUR;
/** After a reading that was of no use, and while the connection is held. */
const READ_AGAIN_AFTER: Seconds = 5 * MINUTE;
/** A reading that did not end within this time was lost with its process. */
const LONGEST: Seconds = 2 * MINUTE;
/** Anybody can send a token that names an unknown key: so often that makes us ask the provider. */
const UNKNOWN_KEY_PAUSE: Seconds = MINUTE;

/** The readings of a connection's provider. */
export interface ProviderReading {
  version: number;
  askedAt: Date;
  answeredAt: Date | null;
  /** The last good one. */
  readAt: Date | null;
  /** What the last one failed by. */
  fault: string | null;
  faultValues: unknown;
}

export async function selectReading(
  db: Database,
  { organizationId, id }: Pick<Connection, 'organizationId' | 'id'>,
): Promise<ProviderReading | undefined> {
  return db
    .selectFrom('providerReading')
    .select(['version', 'askedAt', 'answeredAt', 'readAt', 'fault', 'faultValues'])
    .where('organizationId', '=', organizationId)
    .where('connectionId', '=', id)
    .executeTakeFirst();
}

/** Begins a reading; false while another one runs, or when unknown keys caused one a short while ago. Concurrent: one succeeds. */
export async function claimReading(
  db: Database,
  { organizationId, id, version }: Pick<Connection, 'organizationId' | 'id' | 'version'>,
  { now, unknownKey }: { now: Date; unknownKey: boolean },
): Promise<boolean> {
  const claimed = { version, askedAt: now, ...(unknownKey ? { unknownKeyAt: now } : {}) };
  const row = await db
    .insertInto('providerReading')
    .values({ connectionId: id, organizationId, ...claimed })
    .onConflict((conflict) =>
      conflict
        .column('connectionId')
        .doUpdateSet(claimed)
        .where(({ and, or, eb, ref }) =>
          and([
            or([
              eb('providerReading.answeredAt', '>=', ref('providerReading.askedAt')),
              eb('providerReading.askedAt', '<=', after(now, -LONGEST)),
            ]),
            ...(unknownKey
              ? [
                  or([
                    eb('providerReading.unknownKeyAt', 'is', null),
                    eb('providerReading.unknownKeyAt', '<=', after(now, -UNKNOWN_KEY_PAUSE)),
                  ]),
                ]
              : []),
          ]),
        ),
    )
    .returning('connectionId')
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends the reading that was claimed at `askedAt`; false when it lasted too long and another one was begun. */
export async function finishReading(
  db: Database,
  { organizationId, id }: Pick<Connection, 'organizationId' | 'id'>,
  { askedAt, now, fault }: { askedAt: Date; now: Date; fault: Finding | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('providerReading')
    .set({
      answeredAt: now,
      ...(fault === null ? { readAt: now } : {}),
      fault: fault?.fault ?? null,
      faultValues: fault === null ? null : toStorableJson(fault.values ?? {}),
    })
    .where('organizationId', '=', organizationId)
    .where('connectionId', '=', id)
    .where('askedAt', '=', askedAt)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** A connection whose provider is to be read again. */
export interface DueReading {
  id: ConnectionId;
  organizationId: OrganizationId;
  issuer: string;
}

/** Connections that people log in by whose provider is due to be read again, the longest due first. Over all organizations: for the service's own job. */
export async function selectDueReadings(db: Database, now: Date, limit: number): Promise<DueReading[]> {
  const due = sql<Date>`coalesce(provider_reading.asked_at, connection.configured_at)`;
  return db
    .selectFrom('connection')
    .leftJoin('providerReading', 'providerReading.connectionId', 'connection.id')
    .select(['connection.id', 'connection.organizationId', 'connection.issuer'])
    .where(inUseSql(now))
    .where(({ and, or, eb }) =>
      or([
        eb(due, '<=', after(now, -READ_EVERY)),
        and([
          eb(due, '<=', after(now, -READ_AGAIN_AFTER)),
          or([eb('providerReading.fault', 'is not', null), eb('connection.heldSince', 'is not', null)]),
        ]),
      ]),
    )
    .orderBy(due)
    .limit(limit)
    .execute();
}

/** Whether people can log in by a connection at this moment. */
export async function isInUse(
  db: Database,
  { organizationId, id }: Pick<Connection, 'organizationId' | 'id'>,
  now: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('connection')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .where(inUseSql(now))
    .executeTakeFirst();
  return row !== undefined;
}
