import type { ConnectionChoice, Destination, Subject } from './login.ts';
import { findUsableMethod } from './find-login-method.ts';
import type { LoginMethod, UsableMethod } from './find-login-method.ts';
import type { Clock } from '../base/clock.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import { findDomain } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import type { EmailAddress } from '../users/email-address.ts';
import { findUsersByAddress } from '../users/find-users.ts';
import type { User } from '../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** What is known beside the address. */
export interface Hints {
  /** The `organization` parameter of the application. */
  organizationId: OrganizationId | null;
  /** The invitation redeemed in this browser. */
  invitation: { id: InvitationId; userId: UserId; organizationId: OrganizationId } | null;
  /** The organization this browser last chose for the address. */
  lastChoice: OrganizationId | null;
}

const NIL = '00000000-0000-0000-0000-000000000000' as OrganizationId;

/**
 * Where an address goes. An address of nobody takes the same path through the database as one of somebody, up to the
 * password page where both end.
 */
export async function findDestination(deps: Deps, address: EmailAddress, hints: Hints): Promise<Destination> {
  const now = deps.clock.now();
  const users = (await findUsersByAddress(deps, address.key)).filter((user) => mayLogIn(user, now));
  const domain = await findDomain(deps, address.domain);
  const verified = users.filter((user) => user.status === 'verified');
  const of = (organizationId: OrganizationId | null, among: User[]): boolean =>
    organizationId !== null && among.some((user) => user.organizationId === organizationId);

  let organizationId: OrganizationId | null = null;
  const { invitation } = hints;
  if (of(hints.organizationId, users)) ({ organizationId } = hints);
  else if (invitation !== null && users.some((user) => user.id === invitation.userId))
    ({ organizationId } = invitation);
  else if (of(hints.lastChoice, verified)) organizationId = hints.lastChoice;
  else if (domain !== undefined && domain.verifiedAt !== null) ({ organizationId } = domain);
  else if (verified.length === 1) ({ organizationId } = verified[0]!);
  else if (verified.length > 1) return { kind: 'address-code' };
  else if (domain !== undefined) ({ organizationId } = domain);
  else if (users.length === 1) ({ organizationId } = users[0]!);

  const user = users.find((one) => one.organizationId === organizationId);
  return toDestination(await findUsableMethod(deps, organizationId ?? NIL), user, invitation);
}

/** Where a user goes once its organization was chosen among several. */
export async function findDestinationOfUser(deps: Deps, user: User): Promise<Destination> {
  return toDestination(await findUsableMethod(deps, user.organizationId), user, null);
}

/** Where *Try another way* leads while a connection is unconfirmed. */
export function previousDestination(
  { organization, previous }: UsableMethod,
  user: User | undefined,
): Destination | undefined {
  if (previous === null) return undefined;
  if (previous.method === 'built-in') return { kind: 'password', subject: passwordSubject(user) };
  return {
    kind: 'connection',
    subject: toSubject(user),
    choice: toChoice(organization, previous, { invitationId: null, anotherWay: false }),
  };
}

/** Where a link leads that names an organization which logs in elsewhere; undefined for one with passwords of ours. */
export function linkedDestination({ organization, method, previous }: UsableMethod): Destination | undefined {
  if (method.method === 'built-in') return undefined;
  const choice = toChoice(organization, method, { invitationId: null, anotherWay: previous !== null });
  return { kind: 'connection', subject: null, choice };
}

function toChoice(
  organization: Organization,
  method: Exclude<LoginMethod, { method: 'built-in' }>,
  more: Pick<ConnectionChoice, 'invitationId' | 'anotherWay'>,
): ConnectionChoice {
  return { connectionId: method.connection.id, organizationId: organization.id, method: method.method, ...more };
}

function toDestination(
  usable: UsableMethod | undefined,
  user: User | undefined,
  invitation: Hints['invitation'],
): Destination {
  if (usable === undefined) return { kind: 'password', subject: null };
  const { organization, method, previous } = usable;
  const invitationId = invitation !== null && invitation.userId === user?.id ? invitation.id : null;
  if (method.method !== 'built-in') {
    const choice = toChoice(organization, method, { invitationId, anotherWay: previous !== null });
    return { kind: 'connection', subject: toSubject(user), choice };
  }
  const subject = toSubject(user);
  if (subject !== null && user?.status === 'pending' && invitationId !== null) {
    return { kind: 'choose-password', subject, invitationId };
  }
  return { kind: 'password', subject: passwordSubject(user) };
}

function toSubject(user: User | undefined): Subject | null {
  return user === undefined ? null : { userId: user.id, organizationId: user.organizationId };
}

/** Whom a password may prove: nobody before the first login, which an invitation begins. */
function passwordSubject(user: User | undefined): Subject | null {
  return user?.status === 'verified' ? toSubject(user) : null;
}

/** A disabled user, and one whose access has ended, is nobody. */
export function mayLogIn(user: User, now: Date): boolean {
  return user.status !== 'disabled' && (user.accessUntil === null || user.accessUntil > now);
}
