import { pageFrom, readUserPlace, userPlace } from '../cursor.ts';
import type { Handler } from '../handler.ts';
import { attachedTo, show, userOut, which } from './user-detail.ts';
import { setApplicationRoles as assign } from '../../../applications/assign-roles.ts';
import { resetAuthenticators as reset } from '../../../authenticators/reset-authenticators.ts';
import { parseId } from '../../../base/ids.ts';
import { resetIdentity as resetTie } from '../../../logins/people/reset-identity.ts';
import { revokeInvitations } from '../../../invitations/invite-users.ts';
import type { EndedSession } from '../../../sessions/session.ts';
import {
  changeUser as change,
  disableUser as disable,
  enableUser as enable,
  listUsers as list,
  removeUser as remove,
} from '../../../users/manage-users.ts';

/** An organization's users. */
export const listUsers: Handler<'listUsers'> = async ({ deps, caller, params, query }) => {
  const organizationId = parseId('org', params.organizationId);
  const { users, total } = await list(deps, caller, {
    organizationId,
    search: query.search,
    status: query.status,
    after: readUserPlace(query),
    limit: query.limit + 1,
  });
  const attached = await attachedTo(deps, organizationId, users);
  return pageFrom(users, query.limit, {
    total,
    place: userPlace,
    item: (user) => userOut(deps, user, attached),
  });
};

/** One user, with what hangs on it. */
export const getUser: Handler<'getUser'> = async (context) => show(context, which(context.params));

/** Profile and role. */
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

/** *Reset the link*: whoever comes for this user next waits for a decision. */
export const resetIdentity: Handler<'resetIdentity'> = async (context) => {
  await resetTie(context.deps, context.caller, which(context.params));
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

function endedOut(ended: readonly EndedSession[]) {
  return { sessions: ended.length, applications: new Set(ended.flatMap((session) => session.clientIds)).size };
}
