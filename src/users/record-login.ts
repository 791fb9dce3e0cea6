import { isDeepStrictEqual } from 'node:util';
import { selectVerifiedAdministrators, updateUser, updateUserAtLogin } from './user-store.ts';
import { missingProfile } from './profile/profile.ts';
import type { User } from './user.ts';
import { SERVICE } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { cutName, readPlainName } from '../base/plain-name.ts';
import type { LoginId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { ConsoleRole } from '../organizations/access.ts';
import type { Organization } from '../organizations/organization.ts';

/** What a successful login changes in its user. */
export interface FinishedLogin {
  organizationId: OrganizationId;
  userId: UserId;
  /** We proved the mailbox in this login (the invitation's link or a mailed code). */
  emailProven: boolean;
}

/**
 * Marks a user as logged in: verified from the first time on. Part of the login's transaction; the event `login.finished`
 * is the login door's.
 * @throws user.not-found when there is none or it was disabled meanwhile
 */
export async function recordLogin(deps: { db: Database; clock: Clock }, login: FinishedLogin): Promise<User> {
  const now = deps.clock.now();
  const user = await updateUserAtLogin(deps.db, login.organizationId, login.userId, {
    lastLoginAt: now,
    ...(login.emailProven ? { emailProvenAt: now } : {}),
  });
  if (user === undefined) throw new AppError('user.not-found');
  return user;
}

/** What an identity provider's answer changes in its user, before the login ends: nothing when it says nothing new. */
export async function recordFederatedProof(
  deps: { db: Database; clock: Clock },
  user: User,
  proof: {
    name: string | null;
    emailProven: boolean;
    holdBackRole: boolean;
    /** Of a first login: taken where the user has none. */
    first: Parameters<typeof missingProfile>[1] | null;
  },
): Promise<void> {
  const name = nameAfter(user, proof.name);
  const profile = {
    ...(name === user.name ? {} : { name }),
    ...(proof.first === null ? {} : missingProfile(user, proof.first)),
  };
  const change = {
    ...profile,
    ...(Object.keys(profile).length === 0 ? {} : { profileChangedAt: deps.clock.now() }),
    ...(proof.emailProven ? { emailProvenAt: deps.clock.now() } : {}),
    ...(proof.holdBackRole ? { consoleRole: null, consoleRoleHeldBack: user.consoleRole } : {}),
  };
  if (Object.keys(change).length > 0) await updateUser(deps.db, user.organizationId, user.id, change);
}

/** Whether what a provider calls a user is what the user is called already. */
export function changesNothing(user: User, name: string | null): boolean {
  return nameAfter(user, name) === user.name;
}

/** A name that breaks our rules (control or bidi characters, a web address) is not taken over. */
function nameAfter(user: User, stated: string | null): string | null {
  const read = stated === null ? null : readPlainName(cutName(stated));
  return read !== null && typeof read === 'object' ? read.name : user.name;
}

/**
 * Sets the console role that the rules of a connection decided. A break-glass administrator, and somebody whose role waits
 * for an administrator, keep what they have; so does the last administrator of an organization. Nobody becomes administrator
 * of the root organization.
 * @returns whether the user has the role now
 */
export async function applyConsoleRole(
  deps: { db: Transaction; clock: Clock },
  user: User,
  decided: {
    role: ConsoleRole | null;
    rule: string | undefined;
    loginId: LoginId;
    organization: Organization;
    /** The organization is locked: of two administrators who lose their role at once one stays. */
    locked: boolean;
  },
): Promise<boolean> {
  const { role, rule, loginId, organization, locked } = decided;
  if (user.breakGlass || user.consoleRoleHeldBack !== null) return false;
  if (role === user.consoleRole) return true;
  // The user was changed since it was read: the next login decides.
  if (!locked) return false;
  if (role === 'administrator' && organization.managingOrganizationId === null) return false;
  if (user.consoleRole === 'administrator') {
    const others = await selectVerifiedAdministrators(deps.db, organization.id);
    if (!others.some(({ id }) => id !== user.id)) return false;
  }
  await updateUser(deps.db, organization.id, user.id, { consoleRole: role });
  await recordEvent(deps, {
    organizationId: organization.id,
    kind: 'user.role-changed',
    actor: SERVICE,
    userId: user.id,
    loginId,
    details: { email: user.email, before: user.consoleRole, after: role, ...(rule === undefined ? {} : { rule }) },
  });
  return true;
}

/** Whose roles a rule gave, and which of them somebody had given by hand: columns of a user. */
type RuledColumns = Pick<User, 'ruledRoles' | 'rolesByHand'>;

/** Notes whose roles are a rule's, and no longer an administrator's decision, and which of them one had given. */
export async function noteRuledRoles(
  deps: { db: Transaction },
  user: Pick<User, 'id' | 'organizationId'> & RuledColumns,
  noted: RuledColumns,
): Promise<void> {
  const { ruledRoles, rolesByHand } = user;
  if (isDeepStrictEqual(noted, { ruledRoles, rolesByHand })) return;
  await updateUser(deps.db, user.organizationId, user.id, noted);
}

/** Whether a user has a role of a target by a rule alone: to give the same by hand is a decision of its own. */
export function isRulesAlone({ ruledRoles, rolesByHand }: RuledColumns, target: string, role: string | null): boolean {
  return role !== null && ruledRoles.includes(target) && !rolesByHand.includes(`${target}:${role}`);
}

/** What is noted when an administrator gave the roles of a target, `console` or an application: no rule's any more. */
export function givenByHand({ ruledRoles, rolesByHand }: RuledColumns, target: string): RuledColumns {
  return {
    ruledRoles: ruledRoles.filter((one) => one !== target),
    rolesByHand: rolesByHand.filter((one) => !one.startsWith(`${target}:`)),
  };
}
