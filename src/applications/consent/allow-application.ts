import { selectConsentScope, selectPermissions, upsertConsent } from './consent-store.ts';
import { allowUnregistered } from '../unregistered/allow-unregistered.ts';
import type { ClientDocument } from '../unregistered/client-document.ts';
import { keepByClientId } from '../application-store.ts';
import { withEarlierScopes } from '../resources/consent-scope.ts';
import { recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';

/**
 * Records that a user allows an application some scopes, separated by spaces; what was allowed before stays until it is
 * withdrawn. `said` is how the log names them; `document`: of an application that nobody registered.
 * Part of the login's transaction.
 * @throws application.not-found, unregistered-application.not-allowed, unregistered-application.too-many
 */
export async function allowApplication(
  deps: { db: Transaction; clock: Clock },
  user: { userId: UserId; organizationId: OrganizationId; email: string },
  input: { clientId: string; scope: string; said: string; document: ClientDocument | null },
): Promise<void> {
  if (input.document !== null) await allowUnregistered(deps, user, input.document);
  const application = await keepByClientId(deps.db, input.clientId);
  if (application === undefined) throw new AppError('application.not-found');
  const { userId, organizationId } = user;
  const before = (await selectConsentScope(deps.db, { userId, applicationId: application.id })) ?? '';
  const live = await selectPermissions(deps.db, before.split(' '));
  const scope = withEarlierScopes(input.scope, before, new Set(live.keys()));
  const consent = { userId, organizationId, applicationId: application.id, scope };
  await upsertConsent(deps.db, consent, deps.clock.now());
  await recordEvent(deps, {
    organizationId,
    kind: 'application.consented',
    actor: { kind: 'user', id: userId, name: user.email },
    userId,
    details: { application: application.name, clientId: input.clientId, scope: input.said },
  });
}
