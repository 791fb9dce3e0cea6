import type { Provider } from 'oidc-provider';
import type { Clock, Seconds } from '../../base/clock.ts';
import { MINUTE } from '../../base/clock.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import { accessOfMachine } from './resource-server.ts';

/** A machine asks for tokens all day: one event for each application in so many seconds. */
const WINDOW: Seconds = 10 * MINUTE;

/**
 * Records that a machine application got access tokens, once in each window: over all server processes by a counter in the
 * database, which a process asks at most once in a window.
 */
export function recordMachineTokens(provider: Provider, { clock }: { clock: Clock }): void {
  const asked = new Map<string, number>();
  provider.on('grant.success', (ctx) => {
    const { client, params, entities } = ctx.oidc;
    const access = accessOfMachine(ctx);
    if (client === undefined || access === undefined || params?.['grant_type'] !== 'client_credentials') return;
    const now = clock.now().getTime();
    if (now - (asked.get(client.clientId) ?? 0) < WINDOW * 1000) return;
    asked.set(client.clientId, now);
    UnitOfWork.current().auditOnce(`machine tokens:${client.clientId}`, WINDOW, {
      organizationId: access.ownerId,
      kind: 'application.token-issued',
      actor: { kind: 'service', id: null, name: access.name },
      details: {
        application: client.clientId,
        name: access.name,
        resource: String(entities.ClientCredentials?.aud ?? ''),
        scope: entities.ClientCredentials?.scope ?? '',
      },
    });
  });
}
