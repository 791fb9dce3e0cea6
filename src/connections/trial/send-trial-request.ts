import { readTested } from './open-trial.ts';
import type { OpenedTrial, TrialRunDeps } from './open-trial.ts';
import { runStatePlace } from './trial.ts';
import { updateSent } from './trial-store.ts';
import { transactionCookie } from '../authorization/send-authorization-request.ts';
import type { SentRequest } from '../authorization/send-authorization-request.ts';
import { connectorOf } from '../connection-settings.ts';
import { AppError } from '../../base/errors.ts';
import { randomSecret, sha256 } from '../../base/random.ts';
import type { Adaptation } from '../../connectors/connector.ts';

/**
 * Makes the authorization request of a run, the one a login would make, and stores in the run what its callback must be
 * compared with.
 * @throws not-found when the link ended meanwhile
 */
export async function sendTrialRequest(
  deps: TrialRunDeps,
  { trial, run }: OpenedTrial,
  input: { chooseAccount: boolean; adapted?: Adaptation },
): Promise<SentRequest> {
  const tested = await readTested(deps, trial);
  const state = randomSecret();
  const browserSecret = randomSecret();
  const begun = await connectorOf(deps, trial.method).begin(
    { ...tested, clientSecret: null },
    { state, loginHint: run.recipient, maxAge: null, ...input },
  );
  const sent = await updateSent(deps.db, run, {
    stateHash: sha256(state),
    browserHash: sha256(browserSecret),
    sealedState: deps.secrets.seal(JSON.stringify(begun.state), runStatePlace(run)),
    sentAt: deps.clock.now(),
  });
  if (!sent) throw new AppError('not-found', { detail: 'the test ended meanwhile' });
  return { url: begun.url, cookieName: transactionCookie(state), browserSecret };
}
