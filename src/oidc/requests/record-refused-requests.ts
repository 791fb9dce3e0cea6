import type { Provider, errors } from 'oidc-provider';
import type { OrganizationId } from '../../base/ids.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { MINUTE } from '../../base/clock.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/** Anybody can send a bad request: so many of one application are recorded in each window, further ones are only logged. */
const MOST = 10;
const WINDOW: Seconds = 10 * MINUTE;
/** Error codes that a valid request may get, too: nobody logged in with `prompt=none`, consent denied. */
const NO_FAULT = new Set([
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
  'access_denied',
]);

/**
 * Records authorization requests of a known application that were refused for what they were (a redirect URI that is not
 * registered, no code challenge), in the log of the application's owner. A request that names no application has no owner.
 */
export function recordRefusedRequests(provider: Provider, clock: Clock): void {
  const windows = new Map<string, { since: number; count: number }>();
  provider.on('authorization.error', (ctx, error: errors.OIDCProviderError) => {
    const { client } = ctx.oidc;
    const owner = client?.['owner_id'] as OrganizationId | undefined;
    if (client === undefined || owner === undefined || NO_FAULT.has(error.error)) return;
    const now = clock.now().getTime();
    const known = windows.get(client.clientId);
    const window = known !== undefined && now - known.since < WINDOW * 1000 ? known : { since: now, count: 0 };
    windows.set(client.clientId, window);
    window.count += 1;
    if (window.count > MOST) return;
    UnitOfWork.current().audit({
      organizationId: owner,
      kind: 'application.request-refused',
      actor: STRANGER,
      details: {
        name: client.clientName ?? client.clientId,
        application: client.clientId,
        // The description may repeat what the request said.
        problem: (error.error_description ?? error.error).replaceAll(/\p{C}/gu, '').slice(0, 300),
        reference: String(ctx.state['reference'] ?? ''),
      },
    });
  });
}
