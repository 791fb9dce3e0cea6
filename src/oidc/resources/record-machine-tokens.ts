import type { Provider } from 'oidc-provider';
import type { Clock, Seconds } from '../../base/clock.ts';
import { MINUTE } from '../../base/clock.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import { accessOfMachine } from './resource-server.ts';

/** A machine asks for tokens all day: one event for each application, API and scopes in so many seconds. */
const WINDOW: Seconds = 10 * MINUTE;

/** So many occasions are remembered; what is forgotten asks the database's counter. */
const MOST_REMEMBERED = 1000;

/**
 * Records that a machine application got access tokens, once in each window for the same API and scopes: over all server
 * processes by a counter in the database, which a process asks once in a window.
 */
export function recordMachineTokens(provider: Provider, { clock }: { clock: Clock }): void {
  const recorded = new Map<string, number>();
  provider.on('grant.success', (ctx) => {
    const { client, params, entities } = ctx.oidc;
    const access = accessOfMachine(ctx);
    if (client === undefined || access === undefined || params?.['grant_type'] !== 'client_credentials') return;
    const resource = String(entities.ClientCredentials?.aud ?? '');
    const scope = entities.ClientCredentials?.scope ?? '';
    const about = ['machine tokens', client.clientId, resource, scopesOf(scope)];
    const key = JSON.stringify(about);
    const now = clock.now().getTime();
    if (now - (recorded.get(key) ?? 0) < WINDOW * 1000) return;
    UnitOfWork.current().auditOnce(WINDOW, {
      about,
      events: [
        {
          organizationId: access.ownerId,
          kind: 'application.token-issued',
          actor: { kind: 'service', id: null, name: access.name },
          details: { application: client.clientId, name: access.name, resource, scope },
        },
      ],
      stored: () => {
        if (recorded.size >= MOST_REMEMBERED) recorded.clear();
        recorded.set(key, now);
      },
    });
  });
}

/** Scopes separated by spaces as one value, in whatever order they came. */
export function scopesOf(scope: string): string[] {
  return [...new Set(scope.split(' '))].toSorted();
}
