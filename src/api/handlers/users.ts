import { byKey, pageFrom, readCursor } from './cursor.ts';
import type { ApiDeps, Handler, RequestContext } from './handler.ts';
import { deliveryOut, instant, nameOut } from './present.ts';
import { findApplicationRoles, setApplicationRoles as assign } from '../../applications/assign-roles.ts';
import { findAllAuthenticators } from '../../authenticators/dormant/deactivate-authenticators.ts';
import { resetAuthenticators as reset } from '../../authenticators/reset-authenticators.ts';
import { findFactors } from '../../authenticators/verify-authenticator.ts';
import { formatId, parseId } from '../../base/ids.ts';
import type { InvitationId, OrganizationId, UserId } from '../../base/ids.ts';
import { findIdentitiesOf } from '../../connections/bind-identity.ts';
import { resetIdentity as resetBinding } from '../../connections/reset-identity.ts';
import { asService } from '../../db/database.ts';
import { findOpenInvitations, revokeInvitations } from '../../invitations/invite-users.ts';
import type { Invitation } from '../../invitations/invitation.ts';
import { findDeliveries } from '../../mail/post-mail.ts';
import type { DeliveryState } from '../../mail/post-mail.ts';
import { findSessionsOfUser } from '../../sessions/find-session.ts';
import type { EndedSession } from '../../sessions/session.ts';
import {
  changeUser as change,
  disableUser as disable,
  enableUser as enable,
  listUsers as list,
  readUser,
  removeUser as remove,
} from '../../users/manage-users.ts';
import type { User } from '../../users/user.ts';

/** An organization's users. */
export const listUsers: Handler<'listUsers'> = async ({ deps, caller, params, query }) => {
  const organizationId = parseId('org', params.organizationId);
  const { users, total } = await list(deps, caller, {
    organizationId,
    search: query.search,
    status: query.status,
    after: readCursor(byKey, query.cursor)?.[0],
    limit: query.limit + 1,
  });
  const invited = await invitationsOf(deps, organizationId, users);
  return pageFrom(users, query.limit, {
    total,
    place: (user) => [user.emailKey],
    item: (user) => userOut(deps, user, invited),
  });
};

/** One user, with what hangs on it. */
export const getUser: Handler<'getUser'> = async (context) => show(context, which(context.params));

/** Name and role. */
export const changeUser: Handler<'changeUser'> = async (context) => {
  const { deps, caller, params, body } = context;
  await change(deps, caller, { ...which(params), ...body });
  return show(context, which(params));
};

/** Disable, and end what is running. */
export const disableUser: Handler<'disableUser'> = async (context) => {
  const { deps, caller, params } = context;
  const { user, ended } = await disable(deps, caller, which(params));
  await revokeInvitations(deps, user);
  return { user: await show(context, which(params)), ended: endedOut(ended) };
};

/** Enable again. */
export const enableUser: Handler<'enableUser'> = async (context) => {
  await enable(context.deps, context.caller, which(context.params));
  return show(context, which(context.params));
};

/** Removes the user's second factors, so that the next login asks to enroll. */
export const resetAuthenticators: Handler<'resetAuthenticators'> = async (context) => {
  const { deps, caller, params } = context;
  await reset(deps, caller, which(params));
  return show(context, which(params));
};

/** *Reset the link*: the next login at the identity provider binds anew. */
export const resetIdentity: Handler<'resetIdentity'> = async (context) => {
  await resetBinding(context.deps, context.caller, which(context.params));
  return show(context, which(context.params));
};

/** Remove for good. */
export const removeUser: Handler<'removeUser'> = async (context) => {
  const { deps, caller, params, query } = context;
  const input = { ...which(params), confirm: query.confirm };
  const { ended } = await remove(deps, caller, input);
  // Invitations are gone with the user; their mails wait in the outbox.
  await revokeInvitations(deps, { id: input.userId, organizationId: input.organizationId });
  return { ended: endedOut(ended) };
};

/** What the user may do in an application. */
export const setApplicationRoles: Handler<'setApplicationRoles'> = async (context) => {
  const { deps, caller, params, body } = context;
  await assign(deps, caller, {
    ...which(params),
    applicationId: parseId('app', params.applicationId),
    organizationInScopeId: parseId('org', body.organizationId),
    roles: body.roles,
  });
  return show(context, which(params));
};

function which(params: { organizationId: string; userId: string }): { organizationId: OrganizationId; userId: UserId } {
  return { organizationId: parseId('org', params.organizationId), userId: parseId('usr', params.userId) };
}

function endedOut(ended: readonly EndedSession[]) {
  return { sessions: ended.length, applications: new Set(ended.flatMap((session) => session.clientIds)).size };
}

interface Invited {
  invitations: ReadonlyMap<UserId, Invitation>;
  deliveries: ReadonlyMap<InvitationId, DeliveryState>;
}

async function invitationsOf(deps: ApiDeps, organizationId: OrganizationId, users: readonly User[]): Promise<Invited> {
  const pending = users.filter((user) => user.status === 'pending').map((user) => user.id);
  const invitations = await findOpenInvitations(deps, organizationId, pending);
  const ids = [...invitations.values()].map((invitation) => invitation.id);
  return { invitations, deliveries: await findDeliveries(deps, organizationId, ids) };
}

function userOut(deps: ApiDeps, user: User, { invitations, deliveries }: Invited) {
  const invitation = invitations.get(user.id);
  return {
    id: formatId('usr', user.id),
    email: user.email,
    name: user.name,
    status: user.status,
    role: user.consoleRole,
    roleHeldBack: user.consoleRoleHeldBack,
    breakGlass: user.breakGlass,
    emailProven: user.emailProvenAt !== null,
    lastLoginAt: instant(user.lastLoginAt),
    invitation:
      invitation === undefined
        ? null
        : {
            id: formatId('inv', invitation.id),
            expired: invitation.expiresAt <= deps.clock.now(),
            expiresAt: instant(invitation.expiresAt),
            delivery: deliveryOut(deps.t, deliveries.get(invitation.id)),
          },
    version: user.version,
    createdAt: instant(user.createdAt),
  };
}

async function show(
  { deps, caller }: Pick<RequestContext, 'deps' | 'caller'>,
  input: { organizationId: OrganizationId; userId: UserId },
) {
  const { user, organization } = await readUser(deps, caller, input);
  const authenticators = await findAllAuthenticators(deps, input);
  const factors = await findFactors(deps, input);
  const identities = await findIdentitiesOf(deps, input);
  // Applications may belong to an organization above, where the caller's rows end.
  const roles = await asService(deps.db, async (db) => findApplicationRoles({ db }, user.id));
  return {
    ...userOut(deps, user, await invitationsOf(deps, organization.id, [user])),
    organization: nameOut(organization.id, organization.name),
    sessions: (await findSessionsOfUser(deps, user.id)).length,
    authenticators: authenticators.map((each) => ({
      kind: each.kind,
      name: each.name,
      createdAt: instant(each.createdAt),
      lastUsedAt: instant(each.lastUsedAt),
      dormantSince: instant(each.dormantSince),
    })),
    recoveryCodesLeft: factors.recoveryCodes,
    identities: identities.map((each) => ({
      method: each.method,
      issuer: each.issuer,
      addressAtBinding: each.addressAtBinding,
      boundAt: instant(each.boundAt),
      lastSeenAt: instant(each.lastSeenAt),
    })),
    applicationRoles: roles.map((given) => ({
      application: { id: formatId('app', given.applicationId), name: given.applicationName },
      organization: nameOut(given.organizationId, given.organizationName),
      roles: given.roles,
    })),
  };
}
