import { errors } from 'oidc-provider';
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { recordEvent } from '../audit/record-event.ts';
import { inTransaction } from '../db/database.ts';
import { SERVICE } from '../audit/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import { formatId } from '../base/ids.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Database } from '../db/database.ts';
import { laxCookie } from '../http/cookies.ts';
import type { EndedSession } from '../sessions/session.ts';
import { sidOf } from './grants.ts';
import { AFTER_LOGOUT_COOKIE } from './provider.ts';
import { currentScope, withScope } from './storage/request-scope.ts';

interface Deps {
  provider: Provider;
  db: Database;
  clock: Clock;
  log: Log;
  https: boolean;
}

/**
 * What follows a logout: the record of it, the page's knowledge that the identity provider's own session may live on,
 * and a record of each application that could not be told (OpenID Connect Back-Channel Logout 2.8: the logout itself
 * is not delayed or undone by it).
 */
export function watchLogouts(deps: Deps): void {
  deps.provider.on('end_session.success', (ctx) => {
    const { session, standing, events } = currentScope();
    if (session === null || session.userId === null || session.organizationId === null) return;
    events.push({
      organizationId: session.organizationId,
      kind: 'session.ended',
      actor: { kind: 'user', id: session.userId, name: standing?.email ?? null },
      userId: session.userId,
      details: { reason: 'logout' },
    });
    if (session.method !== 'built-in') rememberFederated(ctx, deps.https);
  });
  deps.provider.on('backchannel.error', (_ctx, error, client) => {
    const { session } = currentScope();
    if (session !== null && session.organizationId !== null)
      void recordFailure(deps, session.organizationId, client, error);
  });
}

function rememberFederated(ctx: KoaContextWithOIDC, https: boolean): void {
  const { maxAge: _seconds, ...cookie } = laxCookie(https);
  ctx.cookies.set(AFTER_LOGOUT_COOKIE, 'federated', { ...cookie, maxAge: 60_000, signed: false });
}

/** Tells the applications of sessions that ended without the browser: a user disabled, a method changed. */
export function createTellApplications(deps: Deps): (ended: EndedSession[]) => Promise<void> {
  const { provider, clock, log } = deps;
  return async (ended) => {
    await withScope(clock.now(), { clientId: null, organizationHint: null }, async () => {
      for (const session of ended) {
        if (session.userId === null) continue;
        const sub = formatId('usr', session.userId);
        await Promise.all(session.clientIds.map((clientId) => tell(session, clientId, sub)));
      }
    });
    async function tell(session: EndedSession, clientId: string, sub: string): Promise<void> {
      const client = await provider.Client.find(clientId);
      if (client?.backchannelLogoutUri === undefined) return;
      try {
        await backchannelOf(client)(sub, sidOf(session.uid, clientId));
      } catch (error) {
        log.warn({ err: error, clientId }, 'an application could not be told of a logout');
        if (session.organizationId !== null) await recordFailure(deps, session.organizationId, client, error);
      }
    }
  };
}

/** The library's method on a client that posts a logout token; it stands in its documentation, not in its types. */
function backchannelOf(client: Client): (sub: string, sid: string) => Promise<void> {
  const method = client['backchannelLogout'];
  if (typeof method !== 'function') throw new Error('the library has no back-channel logout');
  return async (sub, sid) => {
    await Reflect.apply(method, client, [sub, sid]);
  };
}

async function recordFailure(
  deps: Deps,
  organizationId: OrganizationId,
  client: Client,
  error: unknown,
): Promise<void> {
  try {
    const reason = error instanceof errors.OIDCProviderError ? error.error : 'unreachable';
    const details = { application: client.clientId, reason };
    const event = { organizationId, kind: 'application.logout-failed', actor: SERVICE, details } as const;
    await inTransaction(deps, async (deps) => recordEvent(deps, event));
  } catch (failure) {
    deps.log.error({ err: failure }, 'a failed logout notice could not be recorded');
  }
}
