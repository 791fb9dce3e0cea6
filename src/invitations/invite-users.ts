import type { Invitation } from './invitation.ts';
import { invitationMailKey, invitationState } from './invitation.ts';
import {
  countInvitationsSince,
  revokeOpenInvitations,
  selectInvitation,
  selectInvitations,
  selectOpenInvitations,
} from './invitation-store.ts';
import type { ListedInvitation } from './invitation-store.ts';
import { isInvitedTooOften, sendInvitation, takeFromAddressLimit, writeInvitation } from './send-invitation.ts';
import type { InvitationDeps } from './send-invitation.ts';
import { actorOf, recordEvent } from '../audit/record-event.ts';
import { HOUR, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { fieldError } from '../base/field-errors.ts';
import type { InvitationId, OrganizationId, UserId } from '../base/ids.ts';
import { inTransaction } from '../db/database.ts';
import type { Database, Inside } from '../db/database.ts';
import { revokeMail } from '../mail/post-mail.ts';
import { mayGive, requireAccess, requireFreshFactor } from '../organizations/access.ts';
import type { Caller, ConsoleRole } from '../organizations/access.ts';
import { findOrganization, keepOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import { findRoom } from '../organizations/quotas/read-quotas.ts';
import type { Room } from '../organizations/quotas/read-quotas.ts';
import { refusalFor } from '../organizations/quotas/refusal-for.ts';
import { createUser } from '../users/create-user.ts';
import { readEmailAddress } from '../users/email-address.ts';
import { findUser, findUserOf } from '../users/find-users.ts';
import { requireNotAbove } from '../users/manage-users.ts';
import type { User } from '../users/user.ts';

/** How many addresses are taken at once. */
const MOST_ADDRESSES = 200;
/** How many invitations an organization sends in an hour. */
const MOST_PER_HOUR = 1000;

/** What became of one pasted address. */
export interface InvitationResult {
  typed: string;
  outcome:
    | 'invited'
    | 'invited-again'
    | 'already-verified'
    | 'disabled'
    | 'malformed'
    | 'repeated'
    | 'too-often'
    | 'too-many-users'
    | 'too-many-mails';
  /** Of the last two: the limit that was reached. */
  refusal?: AppError;
  invited: { invitation: Invitation; user: User } | null;
}

/** An address that is longer is none (RFC 5321 4.5.3.1); of what was pasted so much is shown again. */
const LONGEST_PIECE = 320;

/**
 * The addresses in a pasted text: between commas, semicolons, spaces and lines; `Maria <maria@…>` counts as one
 * (name-addr, RFC 5322 3.4). Linear in the length of the text; pieces are cut to {@link LONGEST_PIECE}.
 */
export function splitAddresses(pasted: string): string[] {
  const parts: string[] = [];
  for (const entry of pasted.split(/[,;\r\n]/)) {
    let from = 0;
    for (let close = entry.indexOf('>'); close !== -1; close = entry.indexOf('>', from)) {
      const before = entry.slice(from, close);
      const address = before.slice(before.lastIndexOf('<') + 1);
      parts.push(/\s/u.test(address) ? before.replaceAll('<', ' ') : address);
      from = close + 1;
    }
    parts.push(entry.slice(from));
  }
  const pieces = parts.join(' ').split(/\s+/u);
  return pieces.filter((piece) => piece !== '').map((piece) => piece.slice(0, LONGEST_PIECE));
}

/**
 * Invites one or many people: each address becomes a pending user with one open invitation, or the outcome says why not.
 * One bad address does not hold up the others, and a limit of the tree ends none of those that fit.
 * @throws organization.not-found, caller.denied, caller.stale-factor, input.malformed, request.too-many; quota.reached at the
 *   end where others took the room meanwhile: then nobody is invited
 */
export async function inviteUsers(
  deps: InvitationDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; addresses: string; role?: ConsoleRole | null },
): Promise<InvitationResult[]> {
  const role = input.role ?? null;
  const organization = requireAccess(caller, 'edit-users', await keepOrganization(deps, input.organizationId));
  if (role !== null) {
    requireAccess(caller, 'edit-roles', organization);
    if (!mayGive(caller.role, role)) throw new AppError('caller.denied', { detail: 'role above the own' });
    requireFreshFactor(caller, deps.clock.now());
  }
  const typed = splitAddresses(input.addresses);
  if (typed.length === 0 || typed.length > MOST_ADDRESSES) {
    throw new AppError('input.malformed', {
      fields: [fieldError('addresses', 'between', { least: 1, most: MOST_ADDRESSES })],
    });
  }
  await limitMails(deps, organization.id, typed.length);
  return inTransaction(deps, async (deps) => {
    const room = await findRoom(deps, organization.id);
    const seen = new Set<string>();
    const results = new Map<number, InvitationResult>();
    // In the order of their addresses, so that two lists at once never wait for each other; answered as they were typed.
    for (const at of inOrderOfAddress(typed)) {
      results.set(at, await inviteOne(deps, caller, { organization, role, text: typed[at]!, seen, room }));
    }
    return typed.map((_, at) => results.get(at)!);
  });
}

function inOrderOfAddress(typed: readonly string[]): number[] {
  const keys = typed.map((text) => readEmailAddress(text)?.key ?? '');
  return [...keys.keys()].toSorted((one, other) =>
    keys[one]! < keys[other]! ? -1 : keys[one]! > keys[other]! ? 1 : one - other,
  );
}

/** An organization's invitations count in the table itself, so that the limit holds over all servers. */
async function limitMails(deps: InvitationDeps, organizationId: OrganizationId, more: number): Promise<void> {
  const since = after(deps.clock.now(), -HOUR);
  const sent = await countInvitationsSince(deps.db, organizationId, since);
  if (sent + more > MOST_PER_HOUR) throw new AppError('request.too-many', { values: { seconds: HOUR } });
}

async function inviteOne(
  deps: Inside<InvitationDeps>,
  caller: Caller,
  input: { organization: Organization; role: ConsoleRole | null; text: string; seen: Set<string>; room: Room },
): Promise<InvitationResult> {
  const { organization, text, seen, room } = input;
  const refused = (outcome: InvitationResult['outcome']): InvitationResult => ({ typed: text, outcome, invited: null });
  const address = readEmailAddress(text);
  if (address === undefined) return refused('malformed');
  if (seen.has(address.key)) return refused('repeated');
  seen.add(address.key);

  const actor = actorOf(caller);
  const known = await findUserOf(deps, organization.id, address.key);
  if (known?.status === 'verified') return refused('already-verified');
  if (known?.status === 'disabled') return refused('disabled');
  const full = fullFor(room, known === undefined);
  if (full !== undefined) return { ...refused(`too-many-${full}`), refusal: refusalFor(caller, room.refusal(full)) };
  if (!(await takeFromAddressLimit(deps, organization, address.key))) return refused('too-often');
  if (known !== undefined) {
    requireNotAbove(caller, known);
    if (await isInvitedTooOften(deps, known)) return refused('too-often');
  }
  // A role chosen for a known pending user is a change of roles, made on the user's page and not in passing.
  const user =
    known ?? (await createUser(deps, actor, { organizationId: organization.id, address, consoleRole: input.role }));
  const invitation = await writeInvitation(deps, actor, {
    organization,
    user,
    invitedBy: caller.userId,
    inviterName: caller.kind === 'user' ? caller.name : null,
  });
  room.left.mails -= 1;
  if (known === undefined) room.left.users -= 1;
  return { typed: text, outcome: known === undefined ? 'invited' : 'invited-again', invited: { invitation, user } };
}

/** Which limit of the tree leaves no room for an invitation, and for its user where that is new. */
function fullFor({ left }: Room, isNew: boolean): 'users' | 'mails' | undefined {
  if (isNew && left.users === 0) return 'users';
  return left.mails === 0 ? 'mails' : undefined;
}

/**
 * Mails a fresh link for an invitation that was not accepted; the older link is revoked.
 * @throws organization.not-found, caller.denied, invitation.not-found, invitation.used, user.disabled, request.too-many
 */
export async function resendInvitation(
  deps: InvitationDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; invitationId: InvitationId },
): Promise<{ invitation: Invitation; user: User }> {
  const organization = requireAccess(caller, 'edit-users', await keepOrganization(deps, input.organizationId));
  const { user } = await openInvitation(deps, input);
  requireNotAbove(caller, user);
  if (user.status === 'disabled') throw new AppError('user.disabled');
  // The link would let nobody in.
  if (user.status === 'verified') throw new AppError('invitation.used');
  await limitMails(deps, organization.id, 1);
  const invitation = await sendInvitation(deps, actorOf(caller), {
    organization,
    user,
    invitedBy: caller.userId,
    inviterName: caller.kind === 'user' ? caller.name : null,
  });
  return { invitation, user };
}

/**
 * Revokes an invitation, and its mail if that was not sent.
 * @throws organization.not-found, caller.denied, invitation.not-found, invitation.used
 */
export async function revokeInvitation(
  deps: InvitationDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; invitationId: InvitationId },
): Promise<{ invitation: Invitation; user: User }> {
  const organization = requireAccess(caller, 'edit-users', await keepOrganization(deps, input.organizationId));
  return inTransaction(deps, async (deps) => {
    const now = deps.clock.now();
    const { invitation, user } = await openInvitation(deps, input);
    requireNotAbove(caller, user);
    if (invitation.revokedAt !== null) return { invitation, user };
    const revoked = await revokeOpenInvitations(deps.db, organization.id, user.id, now);
    await revokeMail(deps, invitationMailKey(user.id));
    if (revoked.includes(invitation.id)) {
      await recordEvent(deps, {
        organizationId: organization.id,
        kind: 'invitation.revoked',
        actor: actorOf(caller),
        userId: user.id,
        details: { email: user.email },
      });
    }
    return { invitation: { ...invitation, revokedAt: now }, user };
  });
}

/** Revokes the open invitations of a user who may not log in any more. Runs in the transaction that decides it. */
export async function revokeInvitations(
  deps: { db: Database; clock: Clock },
  user: { id: UserId; organizationId: OrganizationId },
): Promise<void> {
  await revokeOpenInvitations(deps.db, user.organizationId, user.id, deps.clock.now());
  await revokeMail(deps, invitationMailKey(user.id));
}

async function openInvitation(
  deps: InvitationDeps,
  input: { organizationId: OrganizationId; invitationId: InvitationId },
): Promise<{ invitation: Invitation; user: User }> {
  const invitation = await selectInvitation(deps.db, input.organizationId, input.invitationId);
  const user = invitation && (await findUser(deps, invitation.userId));
  if (invitation === undefined || user === undefined || user.organizationId !== input.organizationId) {
    throw new AppError('invitation.not-found');
  }
  if (invitationState(invitation, deps.clock.now()) === 'accepted') throw new AppError('invitation.used');
  return { invitation, user };
}

/**
 * A page of an organization's invitations, the newest first.
 * @throws organization.not-found, caller.denied
 */
export async function listInvitations(
  deps: Pick<InvitationDeps, 'db'>,
  caller: Caller,
  input: Parameters<typeof selectInvitations>[1],
): Promise<ListedInvitation[]> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  return selectInvitations(deps.db, input);
}

/** What is open of users: neither accepted nor revoked, at most one for each. Access is checked where the users were read. */
export async function findOpenInvitations(
  deps: { db: Database },
  organizationId: OrganizationId,
  userIds: readonly UserId[],
): Promise<Map<UserId, Invitation>> {
  const open = await selectOpenInvitations(deps.db, organizationId, userIds);
  return new Map(open.map((invitation) => [invitation.userId, invitation]));
}
