import type { ApiDeps, RequestContext } from '../handler.ts';
import { bounceSentence, deliveryOut, instant, nameOut } from '../present.ts';
import { findApplicationRoles } from '../../../applications/assign-roles.ts';
import { findConsents } from '../../../applications/consent/withdraw-consent.ts';
import { findAllAuthenticators } from '../../../authenticators/dormant/deactivate-authenticators.ts';
import { findFactors } from '../../../authenticators/verify-authenticator.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import type { InvitationId, OrganizationId, UserId } from '../../../base/ids.ts';
import { findIdentitiesOf } from '../../../connections/bind-identity.ts';
import { asService } from '../../../db/database.ts';
import type { Inside } from '../../../db/database.ts';
import { findOpenInvitations } from '../../../invitations/invite-users.ts';
import type { Invitation } from '../../../invitations/invitation.ts';
import type { ShownConflict } from '../../../logins/people/conflict.ts';
import { findConflicts, findUsersWithConflicts } from '../../../logins/people/find-conflicts.ts';
import { findReturned } from '../../../mail/bounces/take-bounce.ts';
import { findDeliveries } from '../../../mail/post-mail.ts';
import type { DeliveryState } from '../../../mail/post-mail.ts';
import { findSessionsOfUser } from '../../../sessions/find-session.ts';
import { findAddressProof } from '../../../users/address/prove-address.ts';
import { readEmailAddress } from '../../../users/email-address.ts';
import { readUser } from '../../../users/manage-users.ts';
import type { User } from '../../../users/user.ts';

/** The user an address of the API names. */
export function which(params: { organizationId: string; userId: string }): {
  organizationId: OrganizationId;
  userId: UserId;
} {
  return { organizationId: parseId('org', params.organizationId), userId: parseId('usr', params.userId) };
}

/** What a line of the list shows beside the user itself. */
interface Attached {
  invitations: ReadonlyMap<UserId, Invitation>;
  deliveries: ReadonlyMap<InvitationId, DeliveryState>;
  /** Users with a conflict to decide. */
  undecided: ReadonlySet<UserId>;
}

/** Reads what lines of the list show beside the users themselves. */
export async function attachedTo(
  deps: Inside<ApiDeps>,
  organizationId: OrganizationId,
  users: readonly User[],
): Promise<Attached> {
  const pending = users.filter((user) => user.status === 'pending').map((user) => user.id);
  const invitations = await findOpenInvitations(deps, organizationId, pending);
  const ids = [...invitations.values()].map((invitation) => invitation.id);
  const deliveries = await findDeliveries(deps, organizationId, ids);
  const all = users.map((user) => user.id);
  return { invitations, deliveries, undecided: await findUsersWithConflicts(deps, organizationId, all) };
}

/** A line of the list. */
export function userOut(deps: ApiDeps, user: User, { invitations, deliveries, undecided }: Attached) {
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
    cameBySingleSignOn: user.cameBySingleSignOn,
    awaitsDecision: undecided.has(user.id),
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

/** One user, with what hangs on it. */
export async function show(
  { deps, caller }: Pick<RequestContext, 'deps' | 'caller'>,
  input: { organizationId: OrganizationId; userId: UserId },
) {
  const { user, organization } = await readUser(deps, caller, input);
  const authenticators = await findAllAuthenticators(deps, input);
  const factors = await findFactors(deps, input);
  // A connection may be the managing organization's, where the caller's rows end.
  const identities = await asService(deps.db, async (db) => findIdentitiesOf({ db }, input));
  const proof = await findAddressProof(deps, user);
  const conflicts = await findConflicts(deps, user);
  const returned = (await findReturned(deps, organization.id, user.email)) ?? null;
  // Applications may belong to an organization above, where the caller's rows end.
  const roles = await asService(deps.db, async (db) => findApplicationRoles({ db }, user.id));
  const consents = await asService(deps.db, async (db) => findConsents({ db }, user.id));
  return {
    ...userOut(deps, user, await attachedTo(deps, organization.id, [user])),
    organization: nameOut(organization.id, organization.name),
    mailsComeBack: returned && { since: instant(returned.at), reason: bounceSentence(deps.t, returned) ?? '' },
    sessions: (await findSessionsOfUser(deps, user.id)).length,
    authenticators: authenticators.map((each) => ({
      kind: each.kind,
      name: each.name,
      createdAt: instant(each.createdAt),
      lastUsedAt: instant(each.lastUsedAt),
      dormantSince: instant(each.dormantSince),
    })),
    givenName: user.givenName,
    familyName: user.familyName,
    locale: user.locale,
    consents: consents.map((each) => ({
      application: { id: formatId('app', each.applicationId), name: each.name },
      owner: each.ownerName,
      scopes: each.scopes,
      permissions: each.permissions,
      grantedAt: instant(each.grantedAt),
    })),
    recoveryCodesLeft: factors.recoveryCodes,
    identities: identities.map((each) => ({
      method: each.method,
      issuer: each.issuer,
      subject: each.subject,
      statedAddress: each.statedAddress,
      addressAtBinding: each.addressAtBinding,
      boundAt: instant(each.boundAt),
      lastSeenAt: instant(each.lastSeenAt),
    })),
    identityResetAt: instant(user.identityResetAt),
    addressProof:
      proof === undefined ? null : { sentAt: instant(proof.createdAt), expiresAt: instant(proof.expiresAt) },
    conflicts: conflicts.map((each) => conflictOut(user, each)),
    applicationRoles: roles.map((given) => ({
      application: { id: formatId('app', given.applicationId), name: given.applicationName },
      organization: nameOut(given.organizationId, given.organizationName),
      roles: given.roles,
    })),
  };
}

function conflictOut(user: User, { conflict, tiedTo, shown }: ShownConflict) {
  const { address } = conflict;
  return {
    id: formatId('cfl', conflict.id),
    issuer: conflict.issuer,
    subject: conflict.subject,
    name: conflict.name,
    address,
    sameAddress: address !== null && readEmailAddress(address)?.key === user.emailKey,
    reference: conflict.reference,
    firstSeenAt: instant(conflict.firstSeenAt),
    lastSeenAt: instant(conflict.lastSeenAt),
    tiedTo:
      tiedTo === null
        ? null
        : {
            id: formatId('usr', tiedTo.id),
            email: tiedTo.email,
            name: tiedTo.name,
            lastLoginAt: instant(tiedTo.lastLoginAt),
          },
    shown,
  };
}
