import type { SetupInvitation } from '../setup-invitation.ts';
import { deleteDraft } from '../../connection-store.ts';
import { deleteUnusedSet } from '../../keys/client-key-store.ts';
import { deleteTrial } from '../../trial/trial-store.ts';
import type { Transaction } from '../../../db/database.ts';

/** Deletes the draft of a link with its client secret, the key that was made for it, and its test. */
export async function dropDraft(
  deps: { db: Transaction },
  invitation: Pick<SetupInvitation, 'organizationId' | 'connectionId' | 'clientKeySetId' | 'trialId'>,
): Promise<void> {
  const { organizationId, connectionId, clientKeySetId } = invitation;
  await dropTest(deps, invitation);
  if (connectionId !== null) await deleteDraft(deps.db, organizationId, connectionId);
  if (clientKeySetId !== null) await deleteUnusedSet(deps.db, organizationId, clientKeySetId);
}

/** Deletes the test of a draft that is replaced, decided or gone, with the client secret in it. */
export async function dropTest(
  deps: { db: Transaction },
  { organizationId, trialId }: Pick<SetupInvitation, 'organizationId' | 'trialId'>,
): Promise<void> {
  if (trialId !== null) await deleteTrial(deps.db, organizationId, trialId);
}
