import { acceptSetupLink, selectSetupLink } from './setup-link-store.ts';
import type { SetupLink } from './setup-link-store.ts';
import { insertRedeemed } from './redeemed-store.ts';
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
import { createUser } from '../users/create-user.ts';
import type { EmailAddress } from '../users/email-address.ts';
import type { User } from '../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** Whoever holds the link runs the service. */
const OPERATOR: Actor = { kind: 'operator', id: null, name: null };

/** What a setup link proposes, or why it is closed. */
export async function findSetup(deps: Deps, token: string): Promise<SetupLink | 'used' | 'expired'> {
  const link = await selectSetupLink(deps.db, sha256(token), deps.clock.now());
  if ((await findRootOrganization(deps)) !== undefined) return 'used';
  return link ?? 'expired';
}

/**
 * Creates the root organization and its first administrator (administrator, break-glass), pending until it has chosen a
 * password and a second factor in this browser. The first acceptance closes setup for good.
 * @throws setup.closed
 */
export async function acceptSetup(
  deps: Deps,
  input: { token: string; organizationName: string; address: EmailAddress; browserSecret: string },
): Promise<User> {
  const now = deps.clock.now();
  try {
    return await inTransaction(deps.db, async (db) => {
      if (!(await acceptSetupLink(db, sha256(input.token), now))) throw new AppError('setup.closed');
      const ground = { db, clock: deps.clock };
      const root = await createRootOrganization(ground, OPERATOR, { name: input.organizationName });
      const user = await createUser(ground, OPERATOR, {
        organizationId: root.id,
        address: input.address,
        consoleRole: 'administrator',
        breakGlass: true,
      });
      await insertRedeemed(
        db,
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
