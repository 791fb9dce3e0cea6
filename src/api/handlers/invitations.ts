import { byTime, pageFrom, readCursor } from './cursor.ts';
import type { ApiDeps, Handler } from './handler.ts';
import { deliveryOut, instant, userNameOut } from './present.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { InvitationId, OrganizationId, UserId } from '../../base/ids.ts';
import { invitationState } from '../../invitations/invitation.ts';
import type { Invitation } from '../../invitations/invitation.ts';
import {
  inviteUsers as invite,
  listInvitations as list,
  resendInvitation as resend,
  revokeInvitation as revoke,
} from '../../invitations/invite-users.ts';
import { findDeliveries } from '../../mail/post-mail.ts';
import type { DeliveryState } from '../../mail/post-mail.ts';
import { findUser } from '../../users/find-users.ts';

interface Invited {
  invitation: Invitation;
  user: { id: UserId; email: string; name: string | null };
  inviterEmail: string | null;
}

/** *Invite*: one or many pasted addresses. */
export const inviteUsers: Handler<'inviteUsers'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const results = await invite(deps, caller, { organizationId, addresses: body.addresses, role: body.role ?? null });
  const inviterEmail = await emailOf(deps, caller.userId);
  const invited = results.flatMap((result) => (result.invited === null ? [] : [result.invited]));
  const deliveries = await deliveriesOf(deps, organizationId, invited);
  return {
    results: results.map(({ typed, outcome, refusal, invited: one }) => ({
      typed,
      outcome,
      reached: refusal === undefined ? null : deps.t(`error.${refusal.code}`, refusal.values),
      invitation: one === null ? null : out(deps, { ...one, inviterEmail }, deliveries),
    })),
  };
};

/** Invitations, the newest first. */
export const listInvitations: Handler<'listInvitations'> = async ({ deps, caller, params, query }) => {
  const organizationId = parseId('org', params.organizationId);
  const place = readCursor(byTime, query.cursor);
  const rows = await list(deps, caller, {
    organizationId,
    onlyOpen: query.state === 'open',
    before: place && { createdAt: new Date(place[0]), id: place[1] as InvitationId },
    limit: query.limit + 1,
  });
  const deliveries = await deliveriesOf(deps, organizationId, rows);
  return pageFrom(rows, query.limit, {
    total: null,
    place: ({ invitation }) => [invitation.createdAt.getTime(), invitation.id],
    item: (row) => out(deps, row, deliveries),
  });
};

/** A fresh link. */
export const resendInvitation: Handler<'resendInvitation'> = async ({ deps, caller, params }) => {
  const organizationId = parseId('org', params.organizationId);
  const invitationId = parseId('inv', params.invitationId);
  return show(deps, organizationId, await resend(deps, caller, { organizationId, invitationId }));
};

/** Revokes the link. */
export const revokeInvitation: Handler<'revokeInvitation'> = async ({ deps, caller, params }) => {
  const organizationId = parseId('org', params.organizationId);
  const invitationId = parseId('inv', params.invitationId);
  return show(deps, organizationId, await revoke(deps, caller, { organizationId, invitationId }));
};

async function show(deps: ApiDeps, organizationId: OrganizationId, one: Omit<Invited, 'inviterEmail'>) {
  const inviterEmail = await emailOf(deps, one.invitation.invitedBy);
  return out(deps, { ...one, inviterEmail }, await deliveriesOf(deps, organizationId, [one]));
}

/** Address of the inviter; null where the caller does not reach it: it may be a user of an organization above. */
async function emailOf(deps: ApiDeps, id: UserId | null): Promise<string | null> {
  return id === null ? null : ((await findUser(deps, id))?.email ?? null);
}

async function deliveriesOf(deps: ApiDeps, organizationId: OrganizationId, of: readonly { invitation: Invitation }[]) {
  return findDeliveries(
    deps,
    organizationId,
    of.map(({ invitation }) => invitation.id),
  );
}

function out(deps: ApiDeps, one: Invited, deliveries: ReadonlyMap<InvitationId, DeliveryState>) {
  const { invitation } = one;
  return {
    id: formatId('inv', invitation.id),
    user: userNameOut(one.user),
    state: invitationState(invitation, deps.clock.now()),
    invitedBy: one.inviterEmail,
    createdAt: instant(invitation.createdAt),
    expiresAt: instant(invitation.expiresAt),
    delivery: deliveryOut(deps.t, deliveries.get(invitation.id)),
  };
}
