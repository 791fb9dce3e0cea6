import { isDeepStrictEqual } from 'node:util';
import type { Connection } from './connection.ts';
import { sharesIdentities } from './connection-settings.ts';
import { selectConnectionInForce } from './connection-store.ts';
import { decideBinding } from './decide-binding.ts';
import type { BindingDecision } from './decide-binding.ts';
import {
  deleteIdentities,
  deleteIdentitiesBeside,
  hasIdentity,
  insertIdentity,
  selectIdentitiesOf,
  selectIdentityOf,
  touchIdentity,
} from './identity-store.ts';
import type { ListedIdentity, SubjectKey } from './identity-store.ts';
import { recordEvent } from '../audit/record-event.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { ConnectionId, LoginId, OrganizationId, UserId } from '../base/ids.ts';
import { randomUuid } from '../base/random.ts';
import type { Claims } from '../connectors/connector.ts';
import type { Connectors } from '../connectors/create-connectors.ts';
import type { Database, Transaction } from '../db/database.ts';
import { findOrganization } from '../organizations/find-organization.ts';
import { readEmailAddress } from '../users/email-address.ts';
import type { EmailAddress } from '../users/email-address.ts';
import { findUser, findUserOf } from '../users/find-users.ts';
import { mayLogIn } from '../users/may-log-in.ts';
import { findAddressProof } from '../users/address/prove-address.ts';
import type { User } from '../users/user.ts';

export type { ListedIdentity, SubjectKey } from './identity-store.ts';

/** What the steps of a login ask before they let anybody in. */
export interface ProvedSubject {
  /** The user's organization. */
  organizationId: OrganizationId;
  connection: Pick<Connection, 'id' | 'state' | 'organizationId' | 'method' | 'issuer' | 'settings'>;
  claims: Claims;
  /** The user of the invitation redeemed in this browser. */
  invitedUserId: UserId | null;
  /** The user whose address was typed. */
  typedUserId: UserId | null;
  codeEntered: boolean;
  /** Domains the organization has proved by DNS: what its own directory states about them counts as proven. */
  verifiedDomains: readonly string[];
  /** What this request read along with the login; what is not among it is asked. */
  known?: KnownPeople | undefined;
}

/** Whose identity one subject is, and users, as a request read them. */
export interface KnownPeople {
  key: SubjectKey;
  boundTo: UserId | null;
  users: readonly User[];
}

/** What was decided, about whom, and where the subject's identity stands or will stand. */
export interface Binding {
  decision: BindingDecision;
  user: User | null;
  key: SubjectKey;
}

/** Reads what {@link decideBinding} needs and asks it. */
export async function findBinding(
  deps: { db: Database; clock: Clock; connectors: Connectors },
  proved: ProvedSubject,
): Promise<Binding> {
  const { organizationId, claims } = proved;
  const key = await subjectKey(deps, proved);
  const { known } = proved;
  let bound = isDeepStrictEqual(known?.key, key) ? known!.boundTo : ((await selectIdentityOf(deps.db, key)) ?? null);
  const claimed = keysOf(claims.claimedAddresses);
  const proven = new Set(keysOf(claims.provenAddresses));
  // Of a claim that an administrator chose nothing is proven: it may be one that people write themselves.
  const byDomain = claims.addressMapped === true ? [] : claimed;
  for (const address of byDomain) {
    if (proved.verifiedDomains.includes(address.slice(address.lastIndexOf('@') + 1))) proven.add(address);
  }
  const user = await userFor(deps, proved, claimed);
  // A bound subject decides alone.
  let hasIdentityHere =
    bound === null &&
    user !== null &&
    (user.identityResetAt !== null ||
      (await hasIdentity(deps.db, key.connectionId, organizationId, user.id)) ||
      // A changed address that nobody proved may be a stranger's: an administrator decides who comes with it.
      (await findAddressProof(deps, user)) !== undefined);
  if (hasIdentityHere) {
    // It may be this subject's own: another login of the same person bound it since it was looked for.
    bound = (await selectIdentityOf(deps.db, key)) ?? null;
    hasIdentityHere = bound === null;
  }
  const decision = decideBinding({
    organizationId,
    bound,
    user:
      user === null
        ? null
        : {
            id: user.id,
            organizationId: user.organizationId,
            address: user.emailKey,
            mayLogIn: mayLogIn(user, deps.clock.now()),
            hasIdentityHere,
            invited: user.id === proved.invitedUserId,
          },
    claimed,
    proven: [...proven],
    creatable: bound === null && user === null ? await findCreatable(deps, proved) : null,
    codeEntered: proved.codeEntered,
  });
  return { decision, user, key };
}

/**
 * Carries out the decision, in the transaction that ends the login. A user has one identity in a connection and a subject
 * one user: of concurrent bindings exactly one succeeds. Another one of the same subject to the same user (two tabs, a
 * callback that arrived twice) shares its result.
 * @throws identity.taken when subject or user was bound otherwise meanwhile, or the identity was reset
 */
export async function applyBinding(
  deps: { db: Transaction; clock: Clock },
  input: {
    decision: Extract<BindingDecision, { kind: 'log-in' | 'bind' | 'create' }>;
    key: SubjectKey;
    claims: Claims;
    loginId: LoginId;
    /** Locked: of a login and an administrator's decision about the same person one waits for the other. */
    user: User;
  },
): Promise<void> {
  const { decision, key, claims, user } = input;
  const { userId } = decision;
  const now = deps.clock.now();
  const statedAddress = otherAddress(user, claims);
  const statedValues = Object.keys(claims.stated ?? {}).length === 0 ? null : (claims.stated ?? null);
  const actor = { kind: 'user' as const, id: userId, name: user.email };
  const about = { organizationId: key.organizationId, actor, userId, loginId: input.loginId };
  if (decision.kind === 'log-in') {
    const touched = await touchIdentity(deps.db, key, { userId, now, statedAddress, statedValues });
    if (touched === undefined) throw new AppError('identity.taken', { detail: 'the identity was reset meanwhile' });
    if (statedAddress === null || statedAddress === touched.statedBefore) return;
    const details = { issuer: key.issuer, email: user.email, address: statedAddress };
    await recordEvent(deps, { ...about, kind: 'identity.address-stated', details });
    return;
  }
  if (user.identityResetAt !== null) {
    throw new AppError('identity.taken', { detail: 'the identity was reset meanwhile' });
  }
  const by = decision.kind === 'create' ? 'just-in-time' : decision.by;
  const bound = await insertIdentity(deps.db, {
    ...key,
    userId,
    id: randomUuid(),
    boundBy: by,
    addressAtBinding: claims.displayAddress,
    boundAt: now,
    lastSeenAt: now,
    statedAddress,
    statedValues,
  });
  if (!bound) {
    if ((await selectIdentityOf(deps.db, key)) === userId) return;
    throw new AppError('identity.taken', { detail: 'subject or user was bound otherwise meanwhile' });
  }
  const details = { by, issuer: key.issuer, subject: key.subject, address: claims.displayAddress };
  await recordEvent(deps, { ...about, kind: 'identity.bound', details });
}

/** The address a provider states where it is another than the user's; null when it is the same, or none is stated. */
export function otherAddress(user: Pick<User, 'emailKey'>, claims: Claims): string | null {
  const stated = [claims.displayAddress ?? '', ...claims.claimedAddresses].flatMap(
    (one) => readEmailAddress(one) ?? [],
  );
  return stated.some(({ key }) => key === user.emailKey) ? null : (stated[0]?.email ?? null);
}

/**
 * Ties a subject to a user by an administrator's decision: what either was tied to in this connection ends. Part of the
 * decision's transaction, which has checked and locked the users.
 * @returns the identities that ended
 */
export async function moveIdentity(
  deps: { db: Transaction; clock: Clock },
  input: { key: SubjectKey; userId: UserId; address: string | null },
): Promise<Awaited<ReturnType<typeof deleteIdentitiesBeside>>> {
  const { key, userId, address } = input;
  const now = deps.clock.now();
  const ended = await deleteIdentitiesBeside(deps.db, key, userId);
  const bound = await insertIdentity(deps.db, {
    ...key,
    userId,
    id: randomUuid(),
    boundBy: 'administrator',
    addressAtBinding: address,
    boundAt: now,
    lastSeenAt: now,
    statedAddress: null,
    statedValues: null,
  });
  // A login bound one of the two at this moment.
  if (!bound) throw new AppError('version.conflict');
  return ended;
}

/** Ends what a user is tied to, in every connection; how many identities ended. */
export async function endIdentities(
  deps: { db: Transaction },
  owner: { organizationId: OrganizationId; userId: UserId },
): Promise<number> {
  return deleteIdentities(deps.db, owner.organizationId, owner.userId);
}

/**
 * Where a subject's identity is looked up. A connection tried beside the one in force keeps its identities there when both
 * know people by the same subjects (a new secret, another client id of the same directory).
 */
async function subjectKey(
  deps: { db: Database; connectors: Connectors },
  { connection, claims, organizationId }: ProvedSubject,
): Promise<SubjectKey> {
  let connectionId: ConnectionId = connection.id;
  if (connection.state === 'previous' || connection.state === 'draft') {
    const inForce = await selectConnectionInForce(deps.db, connection.organizationId);
    if (inForce !== undefined && sharesIdentities(deps, inForce, connection)) connectionId = inForce.id;
  }
  return {
    connectionId,
    organizationId,
    issuer: claims.issuer,
    directoryId: claims.directoryId,
    subject: claims.subject,
  };
}

/**
 * The user that somebody without one may get: where the organization makes users at their first login, for the first
 * address that its provider proves at a domain that it verified. What the provider only claims is not enough: in many
 * directories people write their address themselves.
 */
async function findCreatable(
  deps: { db: Database },
  { organizationId, claims, verifiedDomains, invitedUserId, typedUserId }: ProvedSubject,
): Promise<{ userId: UserId; address: EmailAddress } | null> {
  if (invitedUserId !== null || typedUserId !== null || verifiedDomains.length === 0) return null;
  const proven = claims.provenAddresses.flatMap((one) => readEmailAddress(one) ?? []);
  const address = proven.find(({ domain }) => verifiedDomains.includes(domain));
  if (address === undefined || (await findOrganization(deps, organizationId))?.justInTime !== true) return null;
  return { userId: randomUuid() as UserId, address };
}

async function userFor(
  deps: { db: Database },
  proved: ProvedSubject,
  claimed: readonly string[],
): Promise<User | null> {
  const known = proved.invitedUserId ?? proved.typedUserId;
  if (known !== null)
    return proved.known?.users.find(({ id }) => id === known) ?? (await findUser(deps, known)) ?? null;
  for (const address of claimed) {
    const user = await findUserOf(deps, proved.organizationId, address);
    if (user !== undefined) return user;
  }
  return null;
}

/** Keys of the usable addresses among those a provider states. */
function keysOf(addresses: readonly string[]): string[] {
  return [...new Set(addresses.flatMap((address) => readEmailAddress(address)?.key ?? []))];
}

/** The identities bound to a user. Whether the caller may see the user is checked where it was read. */
export async function findIdentitiesOf(
  deps: { db: Database },
  owner: { organizationId: OrganizationId; userId: UserId },
): Promise<ListedIdentity[]> {
  return selectIdentitiesOf(deps.db, owner.organizationId, owner.userId);
}
