import { addSigningKey, makeSigningKey } from './make-signing-key.ts';
import {
  deleteFormerKeys,
  insertSigningKey,
  notifyOfSigningKeys,
  removeSigningKeys,
  selectRotationDays,
  selectSigningKeys,
  switchSigningKeys,
} from './signing-key-store.ts';
import {
  ALGORITHMS,
  endOf,
  HINTS_FOR,
  PUBLISHED_AFTER,
  PUBLISHED_BEFORE,
  ROTATION_DAYS,
  SETTLES,
} from './signing-keys.ts';
import type { SigningKeyRow } from './signing-keys.ts';
import { SERVICE } from '../audit/audit-event.ts';
import type { Actor } from '../audit/audit-event.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { DAY, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import type { Caller } from '../organizations/access.ts';
import { findRootOrganization } from '../organizations/find-organization.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** When the steps of a rotation follow. */
export interface Rotation {
  /** False where one was under way already: it goes on as it was. */
  begun: boolean;
  /** The next keys sign from then on; the old ones are published as long as `oldUntil`. */
  signsFrom: Date;
  oldUntil: Date;
}

/** Publishes the next key of each algorithm, unless there is one; the rest follows by itself ({@link tendSigningKeys}). */
export async function beginRotation(deps: Deps, caller: Caller): Promise<Rotation> {
  return inTransaction(deps, async (deps) => begin(deps, actorOf(caller)));
}

async function begin(deps: Inside<Deps>, actor: Actor): Promise<Rotation> {
  const now = deps.clock.now();
  const signsFrom = after(now, PUBLISHED_BEFORE);
  const rows = await selectSigningKeys(deps.db, { lock: true });
  const waiting = rows.filter(({ state }) => state === 'next').map(({ changesAt }) => changesAt ?? now);
  let begun = false;
  for (const algorithm of ALGORITHMS) {
    if (rows.some((row) => row.algorithm === algorithm && row.state === 'next')) continue;
    const key = await addSigningKey(deps, algorithm, { state: 'next', now, changesAt: signsFrom });
    if (key === null) continue;
    begun = true;
    await record(deps, actor, 'signing-key.published', key);
  }
  if (begun) await notifyOfSigningKeys(deps.db);
  const from = begun ? signsFrom : (waiting.toSorted((one, other) => other.getTime() - one.getTime())[0] ?? signsFrom);
  return { begun, signsFrom: from, oldUntil: after(from, PUBLISHED_AFTER) };
}

/**
 * Takes every key whose time has come one step on, and begins a rotation where the policy says that one is due. Whoever comes
 * late delays what follows: a key is published as long as it has to be, whenever that began.
 */
export async function tendSigningKeys(deps: Deps): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const now = deps.clock.now();
    const rows = await selectSigningKeys(deps.db, { lock: true });
    const isDue = (row: SigningKeyRow): boolean => (endOf(row) ?? after(now, 1)) <= now;
    const next = rows.filter((row) => row.state === 'next' && isDue(row));
    const old = rows.filter((row) => row.state === 'old' && isDue(row));
    for (const key of next) {
      await switchSigningKeys(deps.db, key, { now, oldUntil: after(now, PUBLISHED_AFTER) });
      await record(deps, SERVICE, 'signing-key.taken-into-use', key);
    }
    await removeSigningKeys(
      deps.db,
      old.map(({ id }) => id),
      { now, keptUntil: after(now, HINTS_FOR) },
    );
    for (const key of old) await record(deps, SERVICE, 'signing-key.removed', key);
    const gone = await deleteFormerKeys(deps.db, now);
    if (next.length + old.length + gone > 0) await notifyOfSigningKeys(deps.db);
    const days = (await selectRotationDays(deps.db)) ?? ROTATION_DAYS;
    const isOld = ({ state, changedAt }: SigningKeyRow): boolean =>
      state === 'signing' && after(changedAt, days * DAY) <= now;
    const isWaiting = rows.some(({ state }) => state === 'next');
    if (days > 0 && !isWaiting && rows.some(isOld)) await begin(deps, SERVICE);
  });
}

/**
 * Replaces every signing key at once, because somebody else may have one: fresh ones are published, sign as soon as the servers
 * have read them, and all others are removed with their public halves. A next key that waited is not used: it was kept where
 * the others were. Cut short, it is to be run again. Throws `key.replaced-meanwhile` where somebody else does the same.
 * @param pause waits for the servers, so many seconds
 * @returns how many keys were removed
 */
export async function replaceSigningKeys(
  deps: Deps & { pause: (seconds: number) => Promise<void> },
  caller: Caller,
): Promise<{ removed: number }> {
  const actor = actorOf(caller);
  const made = await Promise.all(ALGORITHMS.map(async (algorithm) => makeSigningKey(deps, algorithm)));
  const fresh = new Set(made.map(({ kid }) => kid));
  await inTransaction(deps, async (deps) => {
    const now = deps.clock.now();
    const rows = await selectSigningKeys(deps.db, { lock: true });
    const waiting = rows.filter(({ state }) => state === 'next').map(({ id }) => id);
    await removeSigningKeys(deps.db, waiting, { now, keptUntil: null });
    for (const key of made) {
      await insertSigningKey(deps.db, { ...key, state: 'next', now, changesAt: after(now, PUBLISHED_BEFORE) });
      await record(deps, actor, 'signing-key.published', key);
    }
    await notifyOfSigningKeys(deps.db);
  });
  await deps.pause(SETTLES);
  return inTransaction(deps, async (deps) => {
    const now = deps.clock.now();
    const rows = await selectSigningKeys(deps.db, { lock: true });
    const next = rows.filter(({ state, kid }) => state === 'next' && fresh.has(kid));
    if (next.length < fresh.size) throw new AppError('key.replaced-meanwhile');
    for (const key of next) {
      await switchSigningKeys(deps.db, key, { now, oldUntil: now });
      await record(deps, actor, 'signing-key.taken-into-use', key);
    }
    const others = rows.filter(({ kid }) => !fresh.has(kid));
    await removeSigningKeys(
      deps.db,
      others.map(({ id }) => id),
      { now, keptUntil: null },
    );
    await deleteFormerKeys(deps.db, null);
    for (const key of others) await record(deps, actor, 'signing-key.withdrawn', key);
    await notifyOfSigningKeys(deps.db);
    return { removed: others.length };
  });
}

/** In the root organization; before there is one, nobody could read it. */
async function record(
  deps: Inside<Deps>,
  actor: Actor,
  kind: 'signing-key.published' | 'signing-key.taken-into-use' | 'signing-key.removed' | 'signing-key.withdrawn',
  { algorithm, kid }: { algorithm: string; kid: string },
): Promise<void> {
  const root = await findRootOrganization(deps);
  if (root === undefined) return;
  await recordEvent(deps, { organizationId: root.id, kind, actor, details: { algorithm, kid } });
}
