import type { ConnectionChoice, Destination, Subject } from './login.ts';
import type { Clock } from '../base/clock.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import { findLoginMethod } from '../connections/find-login-method.ts';
import type { LoginMethod } from '../connections/find-login-method.ts';
import type { Database } from '../db/database.ts';
import { findDomainOwners } from '../domains/find-domains.ts';
import { findOrganization } from '../organizations/find-organization.ts';
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
  /** The invitation taken up in this browser. */
  invitation: { id: InvitationId; userId: UserId; organizationId: OrganizationId } | null;
  /** The organization this browser last chose for the address. */
  lastChoice: OrganizationId | null;
}

/** How an organization's people prove who they are at this moment. */
export interface WayIn {
  organization: Organization;
  way: LoginMethod;
  /** The method before, while a connection is unconfirmed. */
  another: LoginMethod | null;
}

const NIL = '00000000-0000-0000-0000-000000000000' as OrganizationId;

/**
 * Where an address goes. An address of nobody takes the same path through the database as one of somebody, up to the
 * password page where both end.
 */
export async function findDestination(deps: Deps, address: EmailAddress, hints: Hints): Promise<Destination> {
  const now = deps.clock.now();
  const users = (await findUsersByAddress(deps, address.key)).filter((user) => mayLogIn(user, now));
  const owners = await findDomainOwners(deps, address.domain);
  const verified = users.filter((user) => user.status === 'verified');
  const of = (organizationId: OrganizationId | null, among: User[]): boolean =>
    organizationId !== null && among.some((user) => user.organizationId === organizationId);

  let organizationId: OrganizationId | null = null;
  const { invitation } = hints;
  if (of(hints.organizationId, users)) ({ organizationId } = hints);
  else if (invitation !== null && users.some((user) => user.id === invitation.userId))
    ({ organizationId } = invitation);
  else if (of(hints.lastChoice, verified)) organizationId = hints.lastChoice;
  else if (owners.verified !== null) organizationId = owners.verified;
  else if (verified.length === 1) ({ organizationId } = verified[0]!);
  else if (verified.length > 1) return { kind: 'address-code' };
  else if (owners.routed !== null) organizationId = owners.routed;
  else if (users.length === 1) ({ organizationId } = users[0]!);

  const user = users.find((one) => one.organizationId === organizationId);
  return wayOf(await findWayIn(deps, organizationId ?? NIL), user, invitation);
}

/** Where a user goes once its organization was chosen among several. */
export async function destinationOf(deps: Deps, user: User): Promise<Destination> {
  return wayOf(await findWayIn(deps, user.organizationId), user, null);
}

/** How an organization logs in; undefined when it is not there, suspended, or without the connection its method needs. */
export async function findWayIn(deps: Deps, organizationId: OrganizationId): Promise<WayIn | undefined> {
  const organization = await findOrganization(deps, organizationId);
  return organization === undefined ? undefined : findWayOf(deps, organization);
}

/** As {@link findWayIn}, for an organization that was just read. */
export async function findWayOf(deps: Deps, organization: Organization): Promise<WayIn | undefined> {
  if (organization.suspendedAt !== null) return undefined;
  const { current, another } = await findLoginMethod(deps, organization);
  return current === null ? undefined : { organization, way: current, another };
}

/** Whether a password of ours is a way in: the method is built-in, or was until an unconfirmed connection came. */
export function takesPassword({ way, another }: WayIn): boolean {
  return way.method === 'built-in' || another?.method === 'built-in';
}

/** Where *Try another way* leads while a connection is unconfirmed. */
export function otherWayOf({ organization, another }: WayIn, user: User | undefined): Destination | undefined {
  if (another === null) return undefined;
  if (another.connection === null) return { kind: 'password', subject: subjectOf(user) };
  return {
    kind: 'connection',
    subject: user === undefined ? null : { userId: user.id, organizationId: user.organizationId },
    choice: choiceOf(organization, another, { invitationId: null, anotherWay: false }),
  };
}

/** Where a link leads that names an organization which logs in elsewhere; undefined for one with passwords of ours. */
export function linkedDestination({ organization, way, another }: WayIn): Destination | undefined {
  if (way.connection === null) return undefined;
  const choice = choiceOf(organization, way, { invitationId: null, anotherWay: another !== null });
  return { kind: 'connection', subject: null, choice };
}

function choiceOf(
  organization: Organization,
  way: Exclude<LoginMethod, { connection: null }>,
  more: Pick<ConnectionChoice, 'invitationId' | 'anotherWay'>,
): ConnectionChoice {
  return { connectionId: way.connection.id, organizationId: organization.id, method: way.method, ...more };
}

function wayOf(found: WayIn | undefined, user: User | undefined, invitation: Hints['invitation']): Destination {
  if (found === undefined) return { kind: 'password', subject: null };
  const mine = invitation !== null && invitation.userId === user?.id ? invitation.id : null;
  const { organization, way, another } = found;
  if (way.connection !== null) {
    return {
      kind: 'connection',
      subject: user === undefined ? null : { userId: user.id, organizationId: user.organizationId },
      choice: choiceOf(organization, way, { invitationId: mine, anotherWay: another !== null }),
    };
  }
  if (user?.status === 'pending' && mine !== null) {
    return {
      kind: 'choose-password',
      subject: { userId: user.id, organizationId: user.organizationId },
      invitationId: mine,
    };
  }
  return { kind: 'password', subject: subjectOf(user) };
}

/** Who a password may prove: nobody before the first login, which an invitation begins. */
function subjectOf(user: User | undefined): Subject | null {
  if (user?.status !== 'verified') return null;
  return { userId: user.id, organizationId: user.organizationId };
}

/** A disabled user, and one whose access has ended, is nobody. */
export function mayLogIn(user: User, now: Date): boolean {
  return user.status !== 'disabled' && (user.accessUntil === null || user.accessUntil > now);
}
