import type { EmailAddress } from './email-address.ts';
import { insertUser } from './user-store.ts';
import type { User, UserStatus } from './user.ts';
import type { Actor } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { Database } from '../db/database.ts';
import { inTransaction, isUniqueViolation } from '../db/database.ts';
import type { ConsoleRole } from '../organizations/access.ts';

/** A user to create. Callers check access: invitations, setup and the command line have different rules. */
export interface NewUser {
  organizationId: OrganizationId;
  address: EmailAddress;
  name?: string | null;
  status?: UserStatus;
  consoleRole?: ConsoleRole | null;
  breakGlass?: boolean;
  emailProvenAt?: Date | null;
  /** Made at a first login: with the id that the login named. */
  madeAtLogin?: UserId;
}

/**
 * Creates a user, pending unless said otherwise.
 * @throws user.exists
 */
export async function createUser(deps: { db: Database; clock: Clock }, actor: Actor, input: NewUser): Promise<User> {
  const user: User = {
    id: input.madeAtLogin ?? (randomUuid() as UserId),
    organizationId: input.organizationId,
    email: input.address.email,
    emailKey: input.address.key,
    name: input.name ?? null,
    givenName: null,
    familyName: null,
    locale: null,
    profileChangedAt: deps.clock.now(),
    status: input.status ?? 'pending',
    consoleRole: input.consoleRole ?? null,
    consoleRoleHeldBack: null,
    breakGlass: input.breakGlass ?? false,
    accessUntil: null,
    suspended: false,
    emailProvenAt: input.emailProvenAt ?? null,
    lastLoginAt: null,
    cameBySingleSignOn: input.madeAtLogin !== undefined,
    identityResetAt: null,
    ruledRoles: [],
    rolesByHand: [],
    version: 1,
    createdAt: deps.clock.now(),
  };
  try {
    return await inTransaction(deps, async (deps) => {
      await insertUser(deps.db, user);
      await recordEvent(deps, {
        organizationId: user.organizationId,
        kind: 'user.created',
        actor,
        userId: user.id,
        details: {
          email: user.email,
          consoleRole: user.consoleRole,
          breakGlass: user.breakGlass,
          ...(user.cameBySingleSignOn ? { cameBySingleSignOn: true } : {}),
        },
      });
      return user;
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('user.exists', { cause: error });
    throw error;
  }
}
