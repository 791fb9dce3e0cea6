import type { Provider } from 'oidc-provider';
import { formatId } from '../base/ids.ts';
import { CONSOLE_CLIENT, START_CLIENT } from './clients.ts';
import { currentScope } from './storage/request-scope.ts';

/**
 * Records each entry into an application, in the same statement that stores its authorization code. When the token will
 * speak about a managed organization, that organization's log has it too.
 */
export function recordEntries(provider: Provider): void {
  provider.on('authorization.success', () => {
    const { clientId, standing, events } = currentScope();
    if (standing === null || standing.scope === null) return;
    if (clientId === START_CLIENT || clientId === CONSOLE_CLIENT) return;
    const about = standing.scope;
    const entry = {
      kind: 'token.issued',
      actor: { kind: 'user', id: standing.userId, name: standing.email },
      userId: standing.userId,
      details: { application: clientId, organizationInScope: formatId('org', about.id) },
    } as const;
    events.push({ ...entry, organizationId: standing.home.id });
    if (about.id !== standing.home.id) events.push({ ...entry, organizationId: about.id });
  });
}
