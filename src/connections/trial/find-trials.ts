import type { Trial, TrialRun } from './trial.ts';
import { deleteTrial, deleteExpiredTrials, selectRuns, selectTrial, selectTrials } from './trial-store.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** A test with the round trip of who began it, and those of the people it was mailed to. */
export interface TrialWithRuns {
  trial: Trial;
  run: TrialRun;
  mailed: TrialRun[];
}

/**
 * The tests of an organization that have not ended, the newest first. What they show is for those who may configure the
 * connection: claims of the people who took part, and users.
 * @throws organization.not-found, caller.denied
 */
export async function findTrials(
  deps: Deps,
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    before: { begunAt: Date; id: TrialId } | undefined;
    limit: number;
  },
): Promise<TrialWithRuns[]> {
  const { organizationId, before, limit } = input;
  requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
  const trials = await selectTrials(deps.db, organizationId, { now: deps.clock.now(), before, limit });
  return withRuns(deps, organizationId, trials);
}

/**
 * One test of an organization.
 * @throws organization.not-found, caller.denied, trial.not-found
 */
export async function findTrial(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; id: TrialId },
): Promise<TrialWithRuns> {
  const { organizationId, id } = input;
  requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
  return readTrial(deps, organizationId, id);
}

/**
 * As {@link findTrial}, where who may read it was decided by the caller.
 * @throws trial.not-found
 */
export async function readTrial(deps: Deps, organizationId: OrganizationId, id: TrialId): Promise<TrialWithRuns> {
  const trial = await selectTrial(deps.db, organizationId, id);
  if (trial === undefined || trial.expiresAt <= deps.clock.now()) throw new AppError('trial.not-found');
  const [found] = await withRuns(deps, organizationId, [trial]);
  if (found === undefined) throw new AppError('trial.not-found');
  return found;
}

async function withRuns(
  deps: Deps,
  organizationId: OrganizationId,
  trials: readonly Trial[],
): Promise<TrialWithRuns[]> {
  const ids = trials.map(({ id }) => id);
  const runs = Map.groupBy(await selectRuns(deps.db, organizationId, ids), ({ trialId }) => trialId);
  return trials.flatMap((trial) => {
    const all = runs.get(trial.id) ?? [];
    // That of a setup link's holder has a recipient too: who is told of no other user.
    const run = all.find(({ recipient }) => recipient === null) ?? all[0];
    return run === undefined ? [] : [{ trial, run, mailed: all.filter((one) => one !== run) }];
  });
}

/**
 * Ends a test: its links lead nowhere, settings and results are deleted.
 * @throws organization.not-found, caller.denied, trial.not-found
 */
export async function endTrial(
  deps: Deps & { db: Transaction },
  caller: Caller,
  input: { organizationId: OrganizationId; id: TrialId },
): Promise<void> {
  const { trial } = await findTrial(deps, caller, input);
  if (!(await deleteTrial(deps.db, trial.organizationId, trial.id))) throw new AppError('trial.not-found');
  await recordEvent(deps, {
    organizationId: trial.organizationId,
    kind: 'trial.ended',
    actor: actorOf(caller),
    details: { method: trial.method, issuer: trial.issuer },
  });
}

/** Deletes tests that have ended, with their settings and results. */
export async function expireTrials(deps: Deps): Promise<number> {
  return deleteExpiredTrials(deps.db, deps.clock.now());
}
