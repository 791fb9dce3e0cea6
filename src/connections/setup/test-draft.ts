import { dropTest } from './draft/drop-draft.ts';
import { furthest, limitProviderCalls, readDraft } from './prepare-draft.ts';
import { holderOf } from './setup-invitation.ts';
import type { SetupInvitation } from './setup-invitation.ts';
import { lockSetup } from './open-setup.ts';
import type { OpenDeps } from './open-setup.ts';
import { updateSetup } from './setup-store.ts';
import type { EnteredSettings } from '../configure/check-settings.ts';
import type { Connection } from '../connection.ts';
import { beginTrial } from '../trial/begin-trial.ts';
import type { BegunTrial, TrialDeps } from '../trial/begin-trial.ts';
import { readTrial } from '../trial/find-trials.ts';
import type { TrialWithRuns } from '../trial/find-trials.ts';
import { stateOf } from '../trial/trial.ts';
import { AppError, rethrowUnless } from '../../base/errors.ts';
import { inTransaction } from '../../db/database.ts';
import type { Inside } from '../../db/database.ts';

/**
 * Begins a *Test* of a link's draft: a round trip at the provider for its holder, who is told of no user but the one with
 * the link's own mailbox.
 * @param returnTo path of ours that the result leads back to; stored, so it may not hold the link's secret
 * @returns null when another draft was saved while the provider was asked: of that one the test would say nothing
 * @throws setup-link.ended, request.too-many
 */
export async function testDraft(
  deps: OpenDeps & TrialDeps,
  invitation: SetupInvitation,
  returnTo: string,
): Promise<BegunTrial | null> {
  await limitProviderCalls(deps, invitation);
  const { organizationId, email } = invitation;
  // Both of one draft: under the lock that another one is saved with.
  const { entered, before } = await inTransaction(deps, async (inside) => {
    const locked = await lockSetup(inside, invitation);
    return { entered: locked.entered, before: await readDraft(inside, locked) };
  });
  if (before === undefined || entered === null) throw new AppError('setup-link.ended', { detail: 'no draft' });
  const begun = await beginTrial(deps, {
    organizationId,
    settings: entered as EnteredSettings,
    before,
    by: holderOf(invitation),
    returnTo,
    recipient: email,
  });
  if (!begun.begun) return begun;
  return inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    const trialId = begun.trial.id;
    const present = await readDraft(deps, locked);
    if (!isSameDraft(before.connection, present?.connection)) {
      await dropTest(deps, { organizationId, trialId });
      return null;
    }
    await dropTest(deps, locked);
    await updateSetup(deps.db, locked, { trialId, step: furthest(locked.step, 'test') });
    return begun;
  });
}

function isSameDraft(one: Connection, other: Connection | undefined): boolean {
  return one.id === other?.id && one.version === other.version;
}

/** The test of a link's draft; null before there is one, and when it has ended. */
export async function readDraftTest(
  deps: Pick<OpenDeps, 'db' | 'clock'>,
  { organizationId, trialId }: Pick<SetupInvitation, 'organizationId' | 'trialId'>,
): Promise<TrialWithRuns | null> {
  if (trialId === null) return null;
  try {
    return await readTrial(deps, organizationId, trialId);
  } catch (error) {
    rethrowUnless(error, 'trial.not-found');
    return null;
  }
}

/**
 * Writes what came of the test, which itself is kept for an hour only, and that the last step was reached.
 * @throws setup-link.ended
 */
export async function keepTestResult(
  deps: Pick<OpenDeps, 'db' | 'clock'>,
  invitation: SetupInvitation,
): Promise<Pick<SetupInvitation, 'testResult' | 'testedAt'>> {
  return inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    const result = await testResult(deps, locked);
    await updateSetup(deps.db, locked, { ...result, step: furthest(locked.step, 'hand-over') });
    return result;
  });
}

/** What came of the test of a link's draft, as far as it is known. */
export async function testResult(
  deps: Inside<Pick<OpenDeps, 'db' | 'clock'>>,
  locked: SetupInvitation,
): Promise<Pick<SetupInvitation, 'testResult' | 'testedAt'>> {
  const test = await readDraftTest(deps, locked);
  const state = test === null ? null : stateOf(test.run);
  if (test === null || (state !== 'passed' && state !== 'failed')) {
    const { testResult: kept, testedAt } = locked;
    return { testResult: kept, testedAt };
  }
  return { testResult: state, testedAt: test.run.finishedAt };
}
