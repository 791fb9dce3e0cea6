import { selectAddressFacts } from './destination-store.ts';
import type { AddressFacts, Candidate } from './destination-store.ts';
import { acceptsPassword, findUsableMethod, usableMethodOf } from './find-login-method.ts';
import type { LoginMethod, UsableMethod } from './find-login-method.ts';
import type { ConnectionChoice, Destination, Subject } from './login.ts';
import type { DestinationRule } from './trace.ts';
import type { Clock } from '../base/clock.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import type { Database } from '../db/database.ts';
import type { Organization } from '../organizations/organization.ts';
import type { EmailAddress } from '../users/email-address.ts';
import type { User } from '../users/user.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

export type { AddressFacts };

/** What is known beside the address. */
export interface Hints {
  /** The `organization` parameter of the application. */
  organizationId: OrganizationId | null;
  /** The invitation redeemed in this browser. */
  invitation: { id: InvitationId; userId: UserId; organizationId: OrganizationId } | null;
  /** The organization this browser last chose for the address. */
  lastChoice: OrganizationId | null;
  /** What this request read of the address along with the login. */
  facts?: AddressFacts | undefined;
}

/** Where an address leads, and why. */
export interface Led {
  to: Destination;
  rule: DestinationRule;
  /** The organization it leads to; null while several, or none, would. */
  organizationId: OrganizationId | null;
  /** Whether its user is in the organization's pilot; left out where there is none. */
  pilot?: 'inside' | 'outside';
}

/**
 * Where an address leads, by the first rule that holds. Outside of a verified or routed domain only proven users decide: a user that a stranger's
 * organization made with somebody's address changes nothing for that person. An address of nobody takes the same path
 * through the database as one of somebody, up to the password page where both end.
 */
export async function findDestination(deps: Deps, address: EmailAddress, hints: Hints): Promise<Led> {
  const facts = hints.facts ?? (await selectAddressFacts(deps.db, address, deps.clock.now()));
  const { candidates, domain, methods } = facts;
  const proven = candidates.filter((one) => one.proven);
  const { invitation } = hints;
  const isIn = (id: OrganizationId | null, among: Candidate[]): id is OrganizationId =>
    id !== null && among.some((one) => one.organizationId === id);

  const led = async (rule: DestinationRule, organizationId: OrganizationId): Promise<Led> => {
    const user = candidates.find((one) => one.organizationId === organizationId);
    const usable = await usableMethodOf(deps, methods.get(organizationId), user?.id ?? null);
    return { rule, organizationId, to: toDestination(usable, user, invitation), ...pilotOf(usable) };
  };

  if (invitation !== null && candidates.some((one) => one.id === invitation.userId)) {
    return led('invitation', invitation.organizationId);
  }
  if (isIn(hints.organizationId, proven)) return led('application', hints.organizationId);
  if (isIn(hints.lastChoice, proven)) return led('last-choice', hints.lastChoice);
  if (domain.verified !== null) return led('verified-domain', domain.verified);
  if (isIn(domain.routed, candidates)) return led('routed-account', domain.routed);
  if (proven.length === 1) return led('one-account', proven[0]!.organizationId);
  if (proven.length > 1) return { rule: 'several-accounts', organizationId: null, to: { kind: 'address-code' } };
  if (domain.routed !== null) return led('routed-domain', domain.routed);
  return unsteered(deps, facts);
}

/**
 * Where neither a domain nor a proven user decides: the password page, behind it the oldest unproven user whose organization takes passwords of ours.
 * The root administers the service: its first administrator, whose mailbox nobody proved, goes where the root logs in.
 */
async function unsteered(deps: Deps, { candidates, methods }: AddressFacts): Promise<Led> {
  const known = candidates.filter((one) => one.status === 'verified');
  const user = known.find((one) => one.root) ?? known[0];
  const own = user === undefined ? undefined : methods.get(user.organizationId);
  const usable = await usableMethodOf(deps, own, user?.id ?? null);
  if (user?.root === true) {
    return {
      rule: 'root-account',
      organizationId: user.organizationId,
      to: toDestination(usable, user, null),
      ...pilotOf(usable),
    };
  }
  const accepted = usable !== undefined && acceptsPassword(usable);
  const subject = accepted ? passwordSubject(user) : null;
  return subject === null
    ? { rule: 'nobody', organizationId: null, to: { kind: 'password', subject } }
    : {
        rule: 'unproven-account',
        organizationId: subject.organizationId,
        to: { kind: 'password', subject },
        ...pilotOf(usable),
      };
}

/** Emergency access: the password page for every address; only a break-glass user's password can succeed. */
export async function findEmergencyDestination(
  deps: Deps,
  address: EmailAddress,
  facts: AddressFacts | undefined,
): Promise<Led> {
  const { candidates } = facts ?? (await selectAddressFacts(deps.db, address, deps.clock.now()));
  const subject = passwordSubject(candidates.find((one) => one.breakGlass && one.status === 'verified'));
  return { rule: 'emergency', organizationId: subject?.organizationId ?? null, to: { kind: 'password', subject } };
}

/** The proven users of an address, for choosing among their organizations once the address was proved. */
export async function findProvenUsers(deps: Deps, address: EmailAddress): Promise<Candidate[]> {
  const { candidates } = await selectAddressFacts(deps.db, address, deps.clock.now());
  return candidates.filter((one) => one.proven);
}

/** Where a user leads once its organization was chosen among several. */
export async function findDestinationOfUser(deps: Deps, user: Candidate): Promise<Destination> {
  return toDestination(await findUsableMethod(deps, user.organizationId, user.id), user, null);
}

/** What a destination needs of a user. */
type Identified = Pick<User, 'id' | 'organizationId' | 'status'>;

/** Where *Try another way* leads while a connection is unconfirmed. */
export function previousDestination(
  { organization, previous }: UsableMethod,
  user: Identified | undefined,
): Destination | undefined {
  if (previous === null) return undefined;
  if (previous.connection === null) return { kind: 'password', subject: passwordSubject(user) };
  return {
    kind: 'connection',
    subject: toSubject(user),
    choice: toChoice(organization, previous, { invitationId: null, anotherWay: false }),
  };
}

/**
 * Where a link leads that names an organization which logs in elsewhere; undefined for one with passwords of ours, and while
 * a pilot makes it depend on the address.
 */
export function linkedDestination({ organization, method, previous, pilot }: UsableMethod): Destination | undefined {
  if (method.connection === null || pilot !== null) return undefined;
  const choice = toChoice(organization, method, { invitationId: null, anotherWay: previous !== null });
  return { kind: 'connection', subject: null, choice };
}

function pilotOf(usable: UsableMethod | undefined): Pick<Led, 'pilot'> {
  return usable === undefined || usable.pilot === null ? {} : { pilot: usable.pilot };
}

function toChoice(
  organization: Organization,
  method: Exclude<LoginMethod, { connection: null }>,
  more: Pick<ConnectionChoice, 'invitationId' | 'anotherWay'>,
): ConnectionChoice {
  return { connectionId: method.connection.id, organizationId: organization.id, method: method.method, ...more };
}

function toDestination(
  usable: UsableMethod | undefined,
  user: Identified | undefined,
  invitation: Hints['invitation'],
): Destination {
  if (usable === undefined) return { kind: 'password', subject: null };
  const { organization, method, previous } = usable;
  const invitationId = invitation !== null && invitation.userId === user?.id ? invitation.id : null;
  if (method.connection !== null) {
    const choice = toChoice(organization, method, { invitationId, anotherWay: previous !== null });
    return { kind: 'connection', subject: toSubject(user), choice };
  }
  const subject = toSubject(user);
  if (subject !== null && user?.status === 'pending' && invitationId !== null) {
    return { kind: 'choose-password', subject, invitationId };
  }
  return { kind: 'password', subject: passwordSubject(user) };
}

function toSubject(user: Identified | undefined): Subject | null {
  return user === undefined ? null : { userId: user.id, organizationId: user.organizationId };
}

/** The user a password may prove; null for a pending one, whose first login begins with an invitation. */
function passwordSubject(user: Identified | undefined): Subject | null {
  return user?.status === 'verified' ? toSubject(user) : null;
}
