import type { LoginResult } from '../sessions/login-result.ts';
import type { LoginRow } from './login-store.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Database } from '../db/database.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import { recordLogin } from '../users/record-login.ts';

/**
 * What a finished login changes beside its own row: its user and the audit log. Part of the transaction that ends it.
 * @throws login.refused when the user or the organization may not log in any more
 */
export async function finishLogin(
  deps: { db: Database; clock: Clock },
  row: LoginRow,
  result: LoginResult | null,
): Promise<void> {
  if (result === null) return; // consent alone: nobody logged in
  const { userId, organizationId } = result;
  const organization = await findOrganization(deps, organizationId);
  if (organization === undefined || organization.suspendedAt !== null) {
    throw new AppError('login.refused', { detail: 'organization suspended', values: { reference: row.reference } });
  }
  const user = await recordLogin(deps, { userId, organizationId });
  if (user.accessUntil !== null && user.accessUntil <= deps.clock.now()) {
    throw new AppError('login.refused', { detail: 'access has ended', values: { reference: row.reference } });
  }
  await recordEvent(deps, {
    organizationId,
    kind: result.emergency ? 'login.emergency' : 'login.finished',
    actor: { kind: 'user', id: userId, name: user.email },
    userId,
    loginId: row.id,
    details: { method: result.method, amr: result.amr, clientId: row.clientId, reference: row.reference },
  });
}
