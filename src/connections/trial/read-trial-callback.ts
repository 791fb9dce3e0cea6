import { decideAbout } from './decide-trial.ts';
import { openRun, readTested } from './open-trial.ts';
import type { OpenedTrial, TrialRunDeps } from './open-trial.ts';
import { sendTrialRequest } from './send-trial-request.ts';
import { runStatePlace } from './trial.ts';
import type { TrialResult } from './trial.ts';
import { checkStates } from './trial-checks.ts';
import type { FailedAt } from './trial-checks.ts';
import { selectRunOfState, takeRunOfState, updateResult } from './trial-store.ts';
import type { ReceivedRun } from './trial-store.ts';
import { isFromBrowser } from '../authorization/read-callback.ts';
import type { ReceivedCallback } from '../authorization/read-callback.ts';
import { TRANSACTION_LIFETIME } from '../authorization/send-authorization-request.ts';
import type { SentRequest } from '../authorization/send-authorization-request.ts';
import { connectorOf } from '../connection-settings.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import { claimNames, readRoleRules } from '../roles/role-rule.ts';
import { proveConsent } from '../template/prove-consent.ts';
import { updateTested } from '../secrets/client-secret-store.ts';
import { readForTrial } from '../provider/read-provider-again.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { after } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import type { Adaptation, Proof, StatedValues, StoredConnection } from '../../connectors/connector.ts';
import { explanationOf } from '../../connectors/explain-failure.ts';
import { fillValues } from '../../connectors/explanation-codes.ts';
import { ProviderFailure } from '../../connectors/provider-failure.ts';
import { inTransaction } from '../../db/database.ts';

/**
 * `unknown`: no run of a trial is known by this state; `answered`: its page shows the result, to this browser alone. A
 * request: the provider is asked once more, otherwise, as in a login.
 */
export type TrialCallback = 'unknown' | 'other-browser' | 'answered' | SentRequest;

/**
 * Reads the callback of a run: consumes its transaction first, then checks as a login does, and writes what was found
 * into the run. Nothing else is written: no login, session, user or identity, nothing at a connection.
 */
export async function readTrialCallback(deps: TrialRunDeps, received: ReceivedCallback): Promise<TrialCallback> {
  const now = deps.clock.now();
  const stateHash = sha256(received.state);
  const run = await takeRunOfState(deps.db, stateHash, now);
  if (run === undefined) {
    const first = await selectRunOfState(deps.db, stateHash);
    if (first === undefined) return 'unknown';
    return isFromBrowser(received, first) ? 'answered' : 'other-browser';
  }
  if (!isFromBrowser(received, run)) return 'other-browser';
  const opened = await openRun(deps, run);
  if (opened === undefined) return 'answered';
  const result = await readResultOf(deps, opened, run, received);
  if ('adapted' in result) return sendTrialRequest(deps, opened, { chooseAccount: false, adapted: result.adapted });
  await writeResult(deps, opened, result);
  return 'answered';
}

async function readResultOf(
  deps: TrialRunDeps,
  opened: OpenedTrial,
  run: ReceivedRun,
  received: ReceivedCallback,
): Promise<TrialResult | { adapted: Adaptation }> {
  const { trial } = opened;
  const tested = await readTested(deps, trial);
  const postsToken = connectorOf(deps, trial.method).describe(tested.settings).settings['flow'] === 'id-token';
  const sentAt = run.sentAt ?? new Date(0);
  if (after(sentAt, TRANSACTION_LIFETIME) <= deps.clock.now() || run.sealedState === null) {
    return failedWith(ownFailure('login.code-refused'), { category: 'late', serverToServer: false }, postsToken);
  }
  if (received.arrivedAt !== trial.redirectUri) {
    const failure = ownFailure('login.wrong-callback');
    return failedWith(failure, { category: 'wrong-callback', serverToServer: false }, postsToken);
  }
  const connector = connectorOf(deps, trial.method);
  const state: unknown = JSON.parse(deps.secrets.open(run.sealedState, runStatePlace(run)));
  try {
    const proof = await connector.finish(tested, {
      state,
      maxAge: null,
      startedAt: sentAt,
      posted: received.posted,
      parameters: received.parameters,
      // A test shows all that the provider states.
      isBound: async () => false,
      hadSuccess: false,
      claimNames: await namesToRead(deps, trial.organizationId),
      namesBeside: ['groups', 'roles'],
      keepClaims: true,
      readAgain: async () => readForTrial(connector, tested),
    });
    return await passed(deps, opened, tested, proof, postsToken);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const adapted = connector.adapt?.(tested, error, state) ?? null;
    if (adapted !== null) return { adapted };
    const { providerCode, correlationId, values } = error;
    return failedWith({ code: explanationOf(error), values, providerCode, correlationId }, error, postsToken);
  }
}

async function passed(
  deps: TrialRunDeps,
  opened: OpenedTrial,
  tested: StoredConnection<unknown>,
  { claims, supplement, kept }: Pick<Proof, 'claims' | 'supplement' | 'kept'>,
  postsToken: boolean,
): Promise<TrialResult> {
  const fault = supplement?.fault ?? null;
  const userinfo = supplement === undefined ? 'not-needed' : fault === null ? 'passed' : 'failed';
  return {
    checks: checkStates(null, postsToken, userinfo),
    failure: null,
    supplement: fault === null ? null : { code: fault.fault, values: fillValues(fault.values ?? {}) },
    person: { name: claims.name, address: claims.displayAddress },
    unmapped: (claims.unmapped ?? []).map(({ fault: code, values = {} }) => ({ code, values: fillValues(values) })),
    ...(kept === undefined ? {} : { kept }),
    claims: claims.shown,
    ...(claims.stated === undefined ? {} : { stated: copyOf(claims.stated) }),
    logout: connectorOf(deps, opened.trial.method).describe(tested.settings).logout,
    decision: await decideAbout(deps, opened, tested, claims),
  };
}

/** The claims that rules in force read; userinfo is asked for them. */
async function namesToRead(deps: TrialRunDeps, organizationId: OrganizationId): Promise<string[]> {
  const inForce = await selectConnectionInForce(deps.db, organizationId);
  return inForce === undefined ? [] : claimNames(readRoleRules(inForce));
}

function copyOf(stated: StatedValues): NonNullable<TrialResult['stated']> {
  return Object.fromEntries(Object.entries(stated).map(([name, values]) => [name, values && [...values]]));
}

function failedWith(failure: NonNullable<TrialResult['failure']>, at: FailedAt, postsToken: boolean): TrialResult {
  return { checks: checkStates(at, postsToken), failure, supplement: null, unmapped: [], claims: null, decision: null };
}

function ownFailure(code: 'login.code-refused' | 'login.wrong-callback'): NonNullable<TrialResult['failure']> {
  return { code, values: {}, providerCode: null, correlationId: null };
}

/** Writes the result and its event, unless the same run began anew meanwhile. */
export async function writeResult(deps: TrialRunDeps, { trial, run }: OpenedTrial, result: TrialResult): Promise<void> {
  await inTransaction(deps, async (deps) => {
    if (!(await updateResult(deps.db, run, result, deps.clock.now()))) return;
    const { clientSecretId: id, organizationId } = trial;
    if (id !== null && result.failure === null) await updateTested(deps.db, { id, organizationId }, deps.clock.now());
    await proveConsent(deps, { trial, browserHash: run.browserHash }, result);
    const { method, issuer } = trial;
    await recordEvent(deps, {
      organizationId: trial.organizationId,
      // A mailed link is used by a person without an account.
      actor: run.recipient === null ? trial.begunBy : { ...STRANGER, name: run.recipient },
      ...(result.failure === null
        ? { kind: 'trial.passed', details: { method, issuer, outcome: result.decision?.outcome ?? null } }
        : { kind: 'trial.failed', details: { method, issuer, reason: result.failure.code } }),
    });
  });
}
