import type { SetupInvitation } from './setup-invitation.ts';
import { deleteTrial } from '../trial/trial-store.ts';
import type { Transaction } from '../../db/database.ts';

/** Deletes the test of a draft that is replaced, decided or gone, with the client secret in it. */
export async function dropTest(
  deps: { db: Transaction },
  { organizationId, trialId }: Pick<SetupInvitation, 'organizationId' | 'trialId'>,
): Promise<void> {
  if (trialId !== null) await deleteTrial(deps.db, organizationId, trialId);
}
