import { setTimeout } from 'node:timers/promises';
import { changeFacts } from './hold.ts';
import { endHold, holdConnection } from './hold-connection.ts';
import type { HoldDeps } from './hold-connection.ts';
import { claimReading, finishReading, selectReading } from './reading-store.ts';
import type { Connection } from '../connection.ts';
import { connectorOf } from '../connection-settings.ts';
import { selectConnection, updateSettings } from '../connection-store.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Connector, StoredConnection } from '../../connectors/connector.ts';
import type { Reading } from '../../connectors/provider-change.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { inTransaction } from '../../db/database.ts';

export interface ReadingDeps extends HoldDeps {
  db: Database;
}

/**
 * Reads what the provider of a connection publishes, compares it with what is stored, and stores, keeps or holds. Does
 * nothing and answers false while another reading runs, in whichever process, or was caused by an unknown key a short while ago.
 */
export async function readProviderAgain(
  deps: ReadingDeps,
  connection: Connection,
  cause: { unknownKey: boolean },
): Promise<boolean> {
  const { reread } = connectorOf(deps, connection.method);
  if (reread === undefined) return false;
  const askedAt = deps.clock.now();
  if (!(await claimReading(deps.db, connection, { now: askedAt, ...cause }))) return false;
  const reading = await reread(toPublic(connection));
  await inTransaction(deps, async (deps) => {
    const fault = reading.kind === 'fault' ? reading.fault : null;
    const finished = await finishReading(deps.db, connection, { askedAt, now: deps.clock.now(), fault });
    if (finished) await storeReading(deps, connection, reading);
  });
  return true;
}

async function storeReading(
  deps: ReadingDeps & { db: Transaction },
  connection: Connection,
  reading: Reading,
): Promise<void> {
  if (reading.kind === 'fault') return;
  if (reading.kind === 'suspicious') {
    const { changes, part } = reading;
    await holdConnection(deps, connection, { changes, part });
    return;
  }
  const { part, taken } = reading;
  // Keys from before beside a new one may be the same attack, continued: a hold ends by itself only as it was stored.
  if (connection.heldSince !== null && part !== null) return;
  if (part !== null) await updateSettings(deps.db, connection, part);
  if (part !== null && taken.length > 0) {
    await recordEvent(deps, {
      organizationId: connection.organizationId,
      kind: 'connection.metadata-changed',
      actor: SERVICE,
      details: { changes: changeFacts(taken), issuer: connection.issuer },
    });
  }
  await endHold(deps, connection);
}

/** First and longest pause between two looks at a reading that another login or process makes, and the longest wait in all. */
const PAUSE_MS = { first: 50, longest: 500, all: 30_000 };

/**
 * Has the provider read because a token names a key that is not stored, and gives the connection as it is stored after that.
 * Logins that ask at the same time, on whichever server, wait for one reading and share it.
 */
export async function readForUnknownKey(deps: ReadingDeps, connection: Connection): Promise<Connection> {
  let pause = PAUSE_MS.first;
  for (let waited = 0; waited < PAUSE_MS.all; waited += pause) {
    if (await readProviderAgain(deps, connection, { unknownKey: true })) break;
    const running = await selectReading(deps.db, connection);
    if (running === undefined || (running.answeredAt !== null && running.answeredAt >= running.askedAt)) break;
    await setTimeout(pause);
    pause = Math.min(pause * 2, PAUSE_MS.longest);
  }
  return (await selectConnection(deps.db, connection.organizationId, connection.id)) ?? connection;
}

/** Settings under test, with what their provider publishes now. Nothing is stored and nothing held: nobody logs in by a test. */
export async function readForTrial(
  { reread }: Pick<Connector, 'reread'>,
  tested: StoredConnection<unknown>,
): Promise<unknown> {
  const reading = await reread?.({ ...tested, clientSecret: null });
  const part = reading === undefined || reading.kind === 'fault' ? null : reading.part;
  return { ...(tested.settings as object), ...part };
}

/** Documents that everybody may read are read without a credential. */
function toPublic({ issuer, redirectUri, settings }: Connection): StoredConnection<unknown> {
  return { issuer, redirectUri, settings, clientSecret: null };
}
