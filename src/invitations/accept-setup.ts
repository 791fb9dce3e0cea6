import { acceptSetupLink, selectSetupLink } from './setup-link-store.ts';
import type { SetupLink } from './setup-link-store.ts';
import { insertRedeemed, rebindSetup, selectUnfinishedSetup } from './redeemed-invitation-store.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Actor } from '../audit/audit-event.ts';
import { HOUR, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { InvitationId } from '../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../base/random.ts';
import { inTransaction, isUniqueViolation } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { findRootOrganization } from '../organizations/find-organization.ts';
import { createRootOrganization } from '../organizations/create-root-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import { createUser } from '../users/create-user.ts';
import type { EmailAddress } from '../users/email-address.ts';
import { findUser } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** Whoever holds the link runs the service. */
const OPERATOR: Actor = { kind: 'operator', id: null, name: null };

/** What a setup link does at this moment. */
export type Setup =
  | { kind: 'open'; proposal: SetupLink }
  /** The administrator was created and has no password and factor yet. */
  | { kind: 'begun'; organization: Organization; user: User }
  | { kind: 'used' | 'expired' };

/** Reads a setup link; changes nothing. */
export async function findSetup(deps: Deps, token: string): Promise<Setup> {
  const proposal = await selectSetupLink(deps.db, sha256(token), deps.clock.now());
  const organization = await findRootOrganization(deps);
  if (organization === undefined) return proposal === undefined ? { kind: 'expired' } : { kind: 'open', proposal };
  const unfinished = await selectUnfinishedSetup(deps.db);
  const user = unfinished === undefined ? undefined : await findUser(deps, unfinished.userId);
  if (user === undefined) return { kind: 'used' };
  return proposal === undefined ? { kind: 'expired' } : { kind: 'begun', organization, user };
}

/** Whether setup is over: the first administrator has a password and a factor. */
export async function isSetUp(deps: { db: Database }): Promise<boolean> {
  return (await findRootOrganization(deps)) !== undefined && (await selectUnfinishedSetup(deps.db)) === undefined;
}

/**
 * Goes on with a setup that was begun, in this browser: until its administrator has a password and a factor, whoever holds
 * the link may. The newest browser goes on.
 * @throws setup.closed
 */
export async function continueSetup(deps: Deps, input: { token: string; browserSecret: string }): Promise<User> {
  const found = await findSetup(deps, input.token);
  if (found.kind !== 'begun') throw new AppError('setup.closed');
  const { user } = found;
  await inTransaction(deps, async (deps) => {
    const unfinished = await selectUnfinishedSetup(deps.db);
    const bound =
      unfinished !== undefined &&
      (await rebindSetup(deps.db, unfinished, sha256(input.browserSecret), deps.clock.now()));
    if (!bound) throw new AppError('setup.closed');
    await recordEvent(deps, {
      organizationId: user.organizationId,
      kind: 'invitation.redeemed',
      actor: OPERATOR,
      userId: user.id,
      details: { email: user.email, again: true },
    });
  });
  return user;
}

/**
 * Creates the root organization and its first administrator (administrator, break-glass), pending until it has chosen a
 * password and a second factor. Concurrent calls: exactly one succeeds.
 * @throws setup.closed
 */
export async function acceptSetup(
  deps: Deps,
  input: { token: string; organizationName: string; address: EmailAddress; browserSecret: string },
): Promise<User> {
  const now = deps.clock.now();
  try {
    return await inTransaction(deps, async (deps) => {
      if (!(await acceptSetupLink(deps.db, sha256(input.token), now))) throw new AppError('setup.closed');
      const ground = deps;
      const root = await createRootOrganization(ground, OPERATOR, { name: input.organizationName });
      const user = await createUser(ground, OPERATOR, {
        organizationId: root.id,
        address: input.address,
        consoleRole: 'administrator',
        breakGlass: true,
      });
      await insertRedeemed(
        deps.db,
        {
          id: randomUuid() as InvitationId,
          organizationId: root.id,
          userId: user.id,
          tokenHash: sha256(randomSecret()), // nobody holds its link
          browserHash: sha256(input.browserSecret),
          expiresAt: after(now, HOUR),
        },
        now,
      );
      await recordEvent(ground, {
        organizationId: root.id,
        kind: 'setup.completed',
        actor: OPERATOR,
        userId: user.id,
        details: { email: user.email },
      });
      return user;
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('setup.closed', { cause: error });
    throw error;
  }
}
