import { selectConnectionInForce } from './connection-store.ts';
import type { MethodEffects } from './put-aside.ts';
import { asService } from '../db/database.ts';
import type { Transaction } from '../db/database.ts';
import { findFollowers } from '../organizations/change-method.ts';
import { findMethodInForce } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';

/**
 * After an organization's method was changed, for it and those that follow it: what people enrolled wakes where a password
 * is asked again, and rests where a connection is in force that is active already (its own from before, or that of the
 * organization it follows). An unconfirmed one lets it be until its first login. Part of the change's transaction.
 */
export async function settleAuthenticators(
  deps: { db: Transaction; effects: MethodEffects },
  organization: Organization,
): Promise<void> {
  const { method, from } = await findMethodInForce(deps, organization);
  // Whether that connection is active does not depend on who asks: its organization may lie above the caller's.
  const connection =
    method === 'built-in' ? undefined : await asService(deps.db, async (db) => selectConnectionInForce(db, from.id));
  if (method !== 'built-in' && connection?.state !== 'active') return;
  const effect = method === 'built-in' ? deps.effects.wake : deps.effects.rest;
  for (const { id } of [organization, ...(await findFollowers(deps, organization))]) await effect(deps.db, id);
}
