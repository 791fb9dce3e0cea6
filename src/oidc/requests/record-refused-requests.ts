import type { KoaContextWithOIDC, Provider, errors } from 'oidc-provider';
import type { OrganizationId } from '../../base/ids.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { MINUTE } from '../../base/clock.ts';
import { STRANGER } from '../../audit/audit-event.ts';
import type { Database } from '../../db/database.ts';
import { findRootOrganization } from '../../organizations/find-organization.ts';
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
 * Records requests that end on a page for people because of what they were (a redirect URI that is not registered, no
 * code challenge, a logout to an unknown URI): in the log of the application's owner, where it names no application of
 * ours in the root's. Its middleware has to run inside of what flushes the unit of work.
 */
export function recordRefusedRequests(provider: Provider, deps: { db: Database; clock: Clock }): void {
  const windows = new Map<string, { since: number; count: number }>();
  const remember = (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError): void => {
    if (!NO_FAULT.has(error.error)) ctx.state['refusedRequest'] = error;
  };
  provider.on('authorization.error', remember);
  provider.on('end_session.error', remember);
  provider.use(async (ctx, next) => {
    await next();
    const error = ctx.state['refusedRequest'] as errors.OIDCProviderError | undefined;
    if (error === undefined) return;
    const { client } = ctx.oidc;
    if (!hasRoom(windows, client?.clientId ?? '', deps.clock.now())) return;
    const owner = client?.['owner_id'] as OrganizationId | undefined;
    // The console and the start page are the service's own: as a request of nobody.
    const organizationId = owner ?? (await findRootOrganization(deps))?.id;
    if (organizationId === undefined) return;
    const stated = plain(String(ctx.oidc.params?.['client_id'] ?? '–'));
    UnitOfWork.current().audit({
      organizationId,
      kind: 'application.request-refused',
      actor: STRANGER,
      details: {
        name: client?.clientName ?? stated,
        application: client?.clientId ?? stated,
        // The description may repeat what the request said.
        problem: plain(error.error_description ?? error.error),
        reference: String(ctx.state['reference'] ?? ''),
      },
    });
  });
}

/** What a stranger sent, for the log: without control characters, cut. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, '').slice(0, 300);
}

/** Counts a refused request of an application; whether it is among those recorded in this window. */
function hasRoom(windows: Map<string, { since: number; count: number }>, of: string, at: Date): boolean {
  const now = at.getTime();
  const known = windows.get(of);
  const window = known !== undefined && now - known.since < WINDOW * 1000 ? known : { since: now, count: 0 };
  windows.set(of, window);
  window.count += 1;
  return window.count <= MOST;
}
