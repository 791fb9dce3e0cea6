import { moveToAddress } from './change-address.ts';
import type { ShownConflict } from './conflict.ts';
import { deleteConflict } from './conflict-store.ts';
import { findConflicts } from './find-conflicts.ts';
import { logOutUser } from './log-out-user.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { DAY } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { ConflictId, UserId } from '../../base/ids.ts';
import { moveIdentity } from '../../connections/bind-identity.ts';
import { inTransaction } from '../../db/database.ts';
import type { Inside } from '../../db/database.ts';
import { inviteUsers } from '../../invitations/invite-users.ts';
import { composeMail } from '../../mail/compose.ts';
import { postNotice } from '../../mail/post-notice.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { AddressDeps } from '../../users/address/prove-address.ts';
import { parseEmailAddress, readEmailAddress } from '../../users/email-address.ts';
import { findUserOf } from '../../users/find-users.ts';
import { lockUsers, markIdentityReset, readUser, requireNotAbove } from '../../users/manage-users.ts';
import type { WhichUser } from '../../users/manage-users.ts';
import type { User } from '../../users/user.ts';

/** A decision about who came for a user. */
export interface ConflictDecision extends WhichUser {
  conflictId: ConflictId;
  /** What the administrator was shown ({@link ShownConflict.shown}). */
  shown: string;
}

/** What a decision is about, everybody in it locked. */
interface Decided extends ShownConflict {
  user: User;
  organization: Organization;
  /** The other user the subject is tied to. */
  other: User | undefined;
}

/**
 * *The same person, made anew*: the subject that came becomes this user's. What either was tied to in this connection ends,
 * with the sessions that follow from it; the user is told by mail.
 * @throws organization.not-found, caller.denied, caller.stale-factor, user.not-found
 * @throws version.conflict when anything that was shown changed since, or somebody decided already
 */
export async function confirmSamePerson(deps: AddressDeps, caller: Caller, input: ConflictDecision): Promise<void> {
  await inTransaction(deps, async (deps) => {
    // It gives one person another's identity and application roles: more than looking after users.
    const decided = await lockDecided(deps, caller, input, 'edit-roles');
    const { conflict, user, other } = decided;
    if (other !== undefined) requireNotAbove(caller, other);
    const actor = actorOf(caller);
    const { connectionId, organizationId, issuer, directoryId, subject, address } = conflict;
    const key = { connectionId, organizationId, issuer, directoryId, subject };
    const ended = await moveIdentity(deps, { key, userId: user.id, address });
    await markIdentityReset(deps, user, null);
    await recordEvent(deps, {
      organizationId,
      kind: 'identity.moved',
      actor,
      userId: user.id,
      details: {
        email: user.email,
        issuer,
        subject,
        before: ended.find(({ userId }) => userId === user.id)?.subject ?? null,
        from: other?.email ?? null,
      },
    });
    for (const affected of other === undefined ? [user] : [user, other]) {
      await logOutUser(deps, actor, { userId: affected.id, organizationId, reason: 'identity moved' });
    }
    await deleteConflict(deps.db, organizationId, conflict.id);
    await mailMoved(deps, caller, decided);
  });
}

/**
 * *Another person*: the user stays who it is. Where who came has the user's address, the user takes another one, and who
 * came is invited with theirs.
 * @param input.email the address the user takes; needed where who came has the user's
 * @returns the address that was invited; null where none is stated, or a user has it already
 * @throws as {@link confirmSamePerson}; input.malformed without `email` where it is needed, email.malformed, user.exists,
 *   request.too-many
 */
export async function confirmAnotherPerson(
  deps: AddressDeps,
  caller: Caller,
  input: ConflictDecision & { email: string | undefined },
): Promise<{ invited: string | null }> {
  return inTransaction(deps, async (deps) => {
    const { conflict, user, organization, tiedTo } = await lockDecided(deps, caller, input, 'edit-users');
    const came = conflict.address === null ? undefined : readEmailAddress(conflict.address);
    if (came?.key === user.emailKey && tiedTo === null) {
      const address = parseEmailAddress(requireEmail(input.email));
      if (address.key === user.emailKey) throw new AppError('user.exists');
      // Not told at the address before: it is the other person's.
      await moveToAddress(deps, caller, { user, organization, address, tellBefore: false });
    }
    await recordEvent(deps, {
      organizationId: organization.id,
      kind: 'identity.kept-apart',
      actor: actorOf(caller),
      userId: user.id,
      details: { email: user.email, issuer: conflict.issuer, subject: conflict.subject, address: conflict.address },
    });
    await deleteConflict(deps.db, organization.id, conflict.id);
    if (came === undefined || tiedTo !== null) return { invited: null };
    if ((await findUserOf(deps, organization.id, came.key)) !== undefined) return { invited: null };
    const [result] = await inviteUsers(deps, caller, { organizationId: organization.id, addresses: came.email });
    if (result?.outcome === 'too-often') throw new AppError('request.too-many', { values: { seconds: DAY } });
    return { invited: came.email };
  });
}

/** Locks everybody a decision is about, and refuses one about what has changed since it was shown. */
async function lockDecided(
  deps: Inside<AddressDeps>,
  caller: Caller,
  input: ConflictDecision,
  permission: 'edit-roles' | 'edit-users',
): Promise<Decided> {
  const organization = requireAccess(caller, permission, await keepOrganization(deps, input.organizationId));
  requireFreshFactor(caller, deps.clock.now());
  const before = await readUser(deps, caller, input);
  const others = (await findConflicts(deps, before.user)).flatMap(({ tiedTo }) => tiedTo?.id ?? []);
  const locked = await lockUsers(deps, organization.id, [input.userId, ...others]);
  const user = locked.get(input.userId);
  if (user === undefined) throw new AppError('user.not-found');
  requireNotAbove(caller, user);
  const found = (await findConflicts(deps, user)).find(({ conflict }) => conflict.id === input.conflictId);
  if (found?.shown !== input.shown) throw new AppError('version.conflict');
  const other = found.tiedTo === null ? undefined : locked.get(found.tiedTo.id);
  if (found.tiedTo !== null && other === undefined) throw new AppError('version.conflict');
  return { ...found, user, organization, other };
}

function requireEmail(email: string | undefined): string {
  if (email !== undefined) return email;
  throw new AppError('input.malformed', { fields: [fieldError('email', 'required')] });
}

async function mailMoved(
  deps: Inside<AddressDeps>,
  caller: Caller,
  { conflict, user, other, organization }: Decided,
): Promise<void> {
  const t = deps.texts.default;
  const told: [User, 'mail.identity-moved.to' | 'mail.identity-moved.from'][] = [[user, 'mail.identity-moved.to']];
  if (other !== undefined) told.push([other, 'mail.identity-moved.from']);
  for (const [recipient, text] of told) {
    const userId: UserId = recipient.id;
    const values = { who: caller.name, account: recipient.email, came: conflict.address ?? conflict.name ?? '–' };
    await postNotice(
      deps,
      { ...recipient, organizationPath: organization.path },
      {
        ...composeMail(t, {
          subject: t('mail.identity-moved.subject'),
          heading: t('mail.identity-moved.subject'),
          paragraphs: [t(text, values)],
          notes: [t('mail.authenticators-changed.alarm')],
        }),
        kind: 'identity-moved',
        organizationId: organization.id,
        userId,
      },
    );
  }
}
