import type { Connection } from './connection.ts';
import { OLD_SESSIONS_FOR } from './connection.ts';
import type { CallbackFailure } from './authorization/read-callback.ts';
import { revertUnconfirmed } from './configure/switch-back.ts';
import { selectSessionsDue, updateConnection } from './connection-store.ts';
import { isPilot } from './pilot/pilot.ts';
import { deactivateBehind, findOrganizationsOf } from './sync-authenticators.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock, Seconds } from '../base/clock.ts';
import { after, MINUTE } from '../base/clock.ts';
import type { LoginId, OrganizationId, UserId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import { PROVIDER_FAILED } from '../base/signals/signals.ts';
import type { Supplement } from '../connectors/connector.ts';
import { aboutOf } from '../connectors/entra-id/aadsts.ts';
import type { ExplanationCode } from '../connectors/explanation-codes.ts';
import { FAILURE_CATEGORIES } from '../connectors/provider-failure.ts';
import type { Connectors } from '../connectors/create-connectors.ts';
import type { Database, Transaction } from '../db/database.ts';
import { endSessionsOfOrganization } from '../sessions/end-sessions.ts';
import type { Texts } from '../texts/catalog.ts';

/** How long an unconfirmed connection's provider may be out of reach before it reverts by itself. */
const OUT_OF_REACH_FOR: Seconds = 15 * MINUTE;
/** Failures that may pass by themselves. */
const PASSING: ReadonlySet<ExplanationCode> = new Set([
  'login.unreachable',
  'login.provider-fault',
  'login.unusable-answer',
  'login.member-missing',
  'login.member-wrong',
]);
/** Failures that waiting does not mend. */
const FOR_GOOD: ReadonlySet<ExplanationCode> = new Set([
  'login.credential',
  'login.credential-way',
  'login.wants-credential',
  'login.private-key',
  'login.signature',
  'login.issuer',
  'login.directory',
  'login.audience',
]);
/** What the data of one person can cause: never counted against a connection that serves everybody. */
const OF_ONE_PERSON: ReadonlySet<ExplanationCode> = new Set([
  'login.too-large',
  'login.claim-missing',
  'login.claim-wrong',
]);
/** What only supplements a login; it stays to be read while logins succeed without asking for it. */
const OF_A_SUPPLEMENT: ReadonlySet<string | null> = new Set<ExplanationCode>([
  'login.userinfo',
  'login.userinfo-claim',
  'login.userinfo-signature',
]);
/** What failed logins are counted by. */
export const COUNTED_FAILURES: readonly string[] = [...FAILURE_CATEGORIES, 'ours'];
/** What a success clears. */
const NO_FAILURE = {
  failingSince: null,
  lastFailure: null,
  lastFailureValues: null,
  lastFailureAt: null,
  unreturned: 0,
  unreturnedSince: null,
};
/** Precision of the last success, in seconds: otherwise every login would write the row. */
const SUCCESS_GRAIN: Seconds = MINUTE;

/**
 * A login through a connection succeeded; part of the transaction that records it. The first one of a user of the
 * connection's own organization makes an unconfirmed connection active: from then on what people used before is refused.
 * People of organizations that follow it confirm nothing: their logins are no proof that those of the owner can log in.
 */
export async function recordSuccess(
  deps: { db: Transaction; clock: Clock },
  connection: Connection,
  by: {
    userId: UserId;
    organizationId: OrganizationId;
    name: string;
    loginId: LoginId;
    /** What its ID token said of `auth_time`; null when nobody asked for it. */
    authTime: Connection['authTime'];
    supplement?: Supplement | null;
  },
): Promise<void> {
  const now = deps.clock.now();
  const planned = plannedSuccess(connection, by, now);
  if (planned === null) return;
  if (planned.kind === 'mark') {
    await updateConnection(deps.db, connection, planned.change);
    return;
  }
  const { endsSessionsAt } = connection;
  const atOnce = endsSessionsAt !== null && endsSessionsAt <= connection.configuredAt;
  const confirmed = await updateConnection(deps.db, connection, {
    state: 'active',
    confirmedAt: now,
    unconfirmedUntil: null,
    ...planned.change,
    endsSessionsAt: endsSessionsAt === null ? null : atOnce ? now : after(now, OLD_SESSIONS_FOR),
  });
  if (!confirmed) return; // another login was first
  await recordEvent(deps, {
    organizationId: connection.organizationId,
    kind: 'connection.confirmed',
    actor: { kind: 'user', id: by.userId, name: by.name },
    userId: by.userId,
    loginId: by.loginId,
    details: { method: connection.method, issuer: connection.issuer },
  });
  // What people enrolled stays in use outside of a pilot; *Everybody* ends that.
  if (!isPilot(connection)) await deactivateBehind(deps, connection);
}

/** Columns that a success writes. */
export interface SuccessChange {
  lastSuccessAt: Date;
  authTime: Connection['authTime'];
  failingSince: null;
  lastFailure: string | null;
  lastFailureValues: unknown;
  lastFailureAt: Date | null;
  unreturned: number;
  unreturnedSince: null;
}

/** What a success changes: nothing that is new, its marks, or, the first of an unconfirmed connection's own users, its state. */
export function plannedSuccess(
  connection: Connection,
  by: { organizationId: OrganizationId; authTime: Connection['authTime']; supplement?: Supplement | null },
  now: Date,
): { kind: 'mark' | 'confirm'; change: SuccessChange } | null {
  const authTime = connection.authTime === 'stated' ? 'stated' : (by.authTime ?? connection.authTime);
  const left = failureAfterSuccess(connection, by.supplement ?? null, now);
  const change = { lastSuccessAt: now, authTime, ...left };
  if (connection.state === 'unconfirmed' && by.organizationId === connection.organizationId) {
    return { kind: 'confirm', change };
  }
  const recent = connection.lastSuccessAt !== null && after(connection.lastSuccessAt, SUCCESS_GRAIN) > now;
  const same = left.lastFailure === connection.lastFailure && authTime === connection.authTime;
  return recent && connection.unreturned === 0 && same ? null : { kind: 'mark', change };
}

/** What a success leaves of a failure: what a supplement answered in this login, or in the last one that asked it. */
function failureAfterSuccess(
  connection: Connection,
  supplement: Supplement | null,
  now: Date,
): Omit<typeof NO_FAILURE, 'lastFailure' | 'lastFailureValues' | 'lastFailureAt'> &
  Pick<Connection, 'lastFailure' | 'lastFailureValues' | 'lastFailureAt'> {
  const { lastFailure, lastFailureValues, lastFailureAt } = connection;
  if (supplement === null) {
    return OF_A_SUPPLEMENT.has(lastFailure)
      ? { ...NO_FAILURE, lastFailure, lastFailureValues, lastFailureAt }
      : NO_FAILURE;
  }
  const { fault } = supplement;
  if (fault === null) return NO_FAILURE;
  return { ...NO_FAILURE, lastFailure: fault.fault, lastFailureValues: fault.values ?? {}, lastFailureAt: now };
}

/**
 * A login through a connection failed. What only the provider's server can have caused counts against the connection: a
 * browser can post any nonsense. An unconfirmed one that is refused for good reverts.
 */
export async function recordFailure(
  deps: { db: Database; clock: Clock; secrets: SecretBox; connectors: Connectors; texts: Texts; publicUrl: URL },
  connection: Connection,
  failure: CallbackFailure,
): Promise<{ reverted: boolean }> {
  PROVIDER_FAILED.tell({ method: connection.method, category: failure.category ?? 'ours' });
  if (!countsAgainst(failure)) {
    await recordRemark(deps, connection, failure);
    return { reverted: false };
  }
  const now = deps.clock.now();
  const failingSince = connection.failingSince ?? now;
  const last = { lastFailure: failure.code, lastFailureValues: failure.values, lastFailureAt: now };
  await updateConnection(deps.db, connection, { failingSince, ...last });
  const passing = PASSING.has(failure.code) || aboutOf(failure.code) === 'passing';
  const lasting = passing ? after(failingSince, OUT_OF_REACH_FOR) <= now : isForGood(failure);
  if (connection.state !== 'unconfirmed' || !lasting) return { reverted: false };
  return { reverted: await revertUnconfirmed(deps, connection, failure.code) };
}

/**
 * Keeps what only the browser brought. Errors such as "ID tokens are not switched on", or an answer in another form, are
 * what an administrator looks for; a browser can say anything, so they take no place of what the provider itself answered.
 */
export async function recordRemark(
  deps: { db: Database; clock: Clock },
  connection: Connection,
  { code, values }: Pick<CallbackFailure, 'code' | 'values'>,
): Promise<void> {
  if (connection.failingSince !== null) return;
  const lastFailureAt = deps.clock.now();
  await updateConnection(deps.db, connection, { lastFailure: code, lastFailureValues: values, lastFailureAt });
}

/**
 * Ends the sessions from before connections that are confirmed now, when their time has come: those of the
 * organization's users but the ones made through the connection, and what outlives sessions from before it.
 */
export async function endOldSessions(deps: { db: Database; clock: Clock; secrets: SecretBox }): Promise<void> {
  const now = deps.clock.now();
  for (const connection of await selectSessionsDue(deps.db, now, 100)) {
    for (const organizationId of await findOrganizationsOf(deps, connection)) {
      const before = connection.confirmedAt ?? now;
      const about = { organizationId, exceptConnection: connection.id, before, reason: 'method changed' };
      await endSessionsOfOrganization(deps, SERVICE, about);
    }
    await updateConnection(deps.db, connection, { endsSessionsAt: null });
  }
}

/**
 * Whether a failure counts against the connection: the provider's server said it to ours, so no browser can have caused
 * it, and it is not about one person, one attempt or a rule of the directory.
 */
export function countsAgainst({ code, serverToServer, stale }: CallbackFailure): boolean {
  const about = aboutOf(code);
  const ofOne = OF_ONE_PERSON.has(code) || about === 'person' || about === 'policy' || about === 'again';
  return serverToServer && !stale && !ofOne;
}

/** Whether everybody's login fails alike until settings are changed. */
function isForGood({ code }: CallbackFailure): boolean {
  return FOR_GOOD.has(code) || aboutOf(code) === 'settings';
}
