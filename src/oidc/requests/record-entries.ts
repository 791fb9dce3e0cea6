import type { Provider } from 'oidc-provider';
import { triedBy } from '../../applications/trying/try-ticket.ts';
import { formatId } from '../../base/ids.ts';
import { CONSOLE_CLIENT, START_CLIENT } from '../clients.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

/**
 * Records each entry into an application, in the same statement that stores its authorization code. When the token will
 * speak about a managed organization, that organization's log has it too.
 */
export function recordEntries(provider: Provider): void {
  provider.on('authorization.success', (ctx) => recordEntry(ctx.oidc.client?.clientId));
}

/** Records that the subject of this request enters an application. */
export function recordEntry(clientId: string | undefined): void {
  const work = UnitOfWork.current();
  const user = work.subject();
  if (user === null || user.organizationInScope === null) return;
  if (clientId === START_CLIENT || clientId === CONSOLE_CLIENT) return;
  // Trying an application is no entry into it; that it was begun is recorded.
  if (triedBy(clientId ?? '') !== null) return;
  const about = user.organizationInScope;
  const entry = {
    kind: 'token.issued',
    actor: { kind: 'user', id: user.userId, name: user.email },
    userId: user.userId,
    details: { application: clientId ?? null, organizationInScope: formatId('org', about.id) },
  } as const;
  work.audit({ ...entry, organizationId: user.home.id });
  if (about.id !== user.home.id) work.audit({ ...entry, organizationId: about.id });
}
