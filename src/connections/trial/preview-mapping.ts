import { findTrial, findTrials } from './find-trials.ts';
import type { TrialWithRuns } from './find-trials.ts';
import { readResult } from './trial.ts';
import type { Trial, TrialRun } from './trial.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { FederatedMethod } from '../../base/federated-method.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import type { EnteredMapping, PreviewedPerson, ProviderFault } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';

/** So many tests are looked through for one that passed. */
const MOST_TRIALS = 50;

/** What a mapping would make of the claims of a test. */
export interface MappingPreview {
  /** Whose claims: the person of this run. */
  trial: Trial;
  run: TrialRun;
  person: PreviewedPerson;
}

/**
 * What people would see of the person of a test by a mapping that is only typed: by claims that test kept, so nobody is asked
 * and nothing is changed. Who may read the tests of the organization may ask.
 * @returns null where no test of this method passed that has not ended; a fault of a mapping that could not be saved
 * @throws organization.not-found, caller.denied, trial.not-found, input.malformed for a method without a mapping
 */
export async function previewMapping(
  deps: { db: Database; clock: Clock; connectors: Connectors },
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    method: FederatedMethod;
    mapping: EnteredMapping;
    /** Null: the newest one that passed. */
    trialId: TrialId | null;
  },
): Promise<MappingPreview | ProviderFault | null> {
  const { organizationId, method, mapping, trialId } = input;
  const trials =
    trialId === null
      ? await findTrials(deps, caller, { organizationId, before: undefined, limit: MOST_TRIALS })
      : [await findTrial(deps, caller, { organizationId, id: trialId })];
  const connector = deps.connectors.get(method);
  if (connector?.previewMapping === undefined) {
    throw new AppError('input.malformed', { detail: 'no claims are mapped with this method' });
  }
  const found = newestKept(trials.filter(({ trial }) => trial.method === method));
  const person = connector.previewMapping(mapping, found?.kept ?? {});
  if ('fault' in person) return person;
  if (found === undefined) return null;
  return { trial: found.trial, run: found.run, person };
}

/** The run that passed last and kept claims. */
function newestKept(
  trials: readonly TrialWithRuns[],
): { trial: Trial; run: TrialRun; kept: Record<string, unknown> } | undefined {
  const runs = trials.flatMap(({ trial, run, mailed }) =>
    [run, ...mailed].flatMap((one) => {
      const kept = readResult(one)?.kept;
      return kept === undefined ? [] : [{ trial, run: one, kept }];
    }),
  );
  const finished = ({ run }: { run: TrialRun }): number => run.finishedAt?.getTime() ?? 0;
  return runs.toSorted((one, other) => finished(other) - finished(one))[0];
}
