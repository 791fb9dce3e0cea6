import { PREVIOUS_SECRET_FOR, hasOwnSecret, isOfClient } from './client-secrets.ts';
import { deletePreviousSecrets, selectSealedClientSecret } from './client-secret-store.ts';
import { putInUse } from './put-in-use.ts';
import type { Connection } from '../connection.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import type { TellDeps } from '../setup/draft/tell-secret-holders.ts';
import { SERVICE } from '../../audit/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { after } from '../../base/clock.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import { explanationOf } from '../../connectors/explain-failure.ts';
import type { ExplanationCode } from '../../connectors/explanation-codes.ts';
import type { ProviderFailure } from '../../connectors/provider-failure.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';

/** What a provider says of a client secret that is wrong or has expired (RFC 6749 5.2). Of all else another one mends nothing. */
const SECRET_REFUSED: ReadonlySet<ExplanationCode> = new Set([
  'login.credential',
  'login.credential-way',
  'entra.7000215',
  'entra.7000222',
]);

/**
 * After a login whose client secret the provider refused: takes the next one into use, if it passed a test. Answers whether
 * another client secret is in use now than the one that was refused, so that the person can be sent there once more.
 */
export async function takeTestedSecret(
  deps: TellDeps & { connectors: Connectors },
  refused: Connection,
  failure: ProviderFailure,
): Promise<boolean> {
  const isSecret = failure.serverToServer && SECRET_REFUSED.has(explanationOf(failure));
  if (!isSecret || !hasOwnSecret(refused)) return false;
  const { organizationId } = refused;
  return inTransaction(deps, async (deps) => {
    if ((await keepOrganization(deps, organizationId)) === undefined) return false;
    const connection = await selectConnectionInForce(deps.db, organizationId, { lock: true });
    if (connection === undefined || connection.id !== refused.id || connection.version !== refused.version)
      return false;
    // Another login, or an administrator, did so meanwhile.
    if (connection.clientSecretSetAt?.getTime() !== refused.clientSecretSetAt?.getTime()) return true;
    const next = await selectSealedClientSecret(deps.db, connection, 'next');
    if (next === undefined || next.testedAt === null || !isOfClient(deps, next, connection)) return false;
    await putInUse(deps, connection, next, { actor: SERVICE, because: 'refused' });
    return true;
  });
}

/** Deletes client secrets that were in use some days ago. */
export async function deleteOldSecrets(deps: { db: Database; clock: Clock }): Promise<number> {
  return deletePreviousSecrets(deps.db, after(deps.clock.now(), -PREVIOUS_SECRET_FOR));
}
