import { readConnectionStepState } from './connection-step-state.ts';
import { mailCode, takeCode } from './mailed-code.ts';
import type { AskedCode } from './mailed-code.ts';
import { completeBinding, plainEnd } from './complete-binding.ts';
import type { BindingDeps, Returned } from './returned.ts';
import { findOwnFactor } from './own-factor.ts';
import { bindingPage, mailboxPage } from './pages.ts';
import type { ConnectionOutcome, LoginContext } from '../login-context.ts';
import type { Problem } from '../pages/parts.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { OrganizationId } from '../../base/ids.ts';
import {
  findUsableConnection,
  usableConnectionOf,
} from '../../connections/authorization/send-authorization-request.ts';
import { findBinding } from '../../connections/bind-identity.ts';
import type { SubjectKey } from '../../connections/bind-identity.ts';
import type { Connection } from '../../connections/connection.ts';
import { findConnectionInForce } from '../../connections/find-login-method.ts';
import type { BindingRefusal } from '../../connections/decide-binding.ts';
import { decideRoles, rulesFor } from '../../connections/roles/role-rule.ts';
import { toProviderSession } from '../../connections/logout/logout-hint.ts';
import { isPilot } from '../../connections/pilot/pilot.ts';
import { recordRemark } from '../../connections/record-outcome.ts';
import { findRedeemedInvitation } from '../../invitations/redeem-invitation.ts';
import { findVerifiedDomains } from '../../domains/find-domains.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { ConnectionChoice } from '../../logins/login.ts';
import { recordConflict } from '../../logins/people/record-conflict.ts';
import type { User } from '../../users/user.ts';

/** Decides whom the proved subject logs in: in the callback, or at `/login/<handle>/finish`. Writes nothing. */
export async function finishBinding(deps: BindingDeps, context: LoginContext): Promise<ConnectionOutcome> {
  const returned = await readReturned(deps, context, false);
  if ('kind' in returned) return returned;
  return decide(deps, context, returned, undefined);
}

/** A form of a page that asks for a code (*Is this you?*, *Confirm your mailbox*): another account, send a code, or the code. */
export async function answerBinding(
  deps: BindingDeps,
  context: LoginContext,
  given: Record<string, string>,
): Promise<ConnectionOutcome> {
  if (given['other'] !== undefined) return { kind: 'choose-account' };
  const returned = await readReturned(deps, context, false);
  if ('kind' in returned) return returned;
  const asked = await askedFor(deps, context, returned);
  if (asked === null) return decide(deps, context, returned, undefined);
  if (given['send'] !== undefined) {
    return decide(deps, await mailCode(deps, context, asked), returned, undefined);
  }
  if (!(await takeCode(deps, context, asked, given['code'] ?? ''))) {
    const problem = { field: 'code', text: deps.shell.t('login.address-code.wrong') };
    return decide(deps, context, returned, problem);
  }
  const proven = await readReturned(deps, context, true);
  return 'kind' in proven ? proven : decide(deps, context, proven, undefined);
}

/** What a code is asked for: to bind the subject, or to enroll the first factor of ours; null when none is. */
async function askedFor(deps: BindingDeps, context: LoginContext, returned: Returned): Promise<AskedCode | null> {
  const { user, decision, key } = returned.binding;
  const { claims } = returned.proved;
  if (decision.kind === 'ask') return user === null ? null : { purpose: 'binding', user, key, claims };
  if (decision.kind === 'refuse') return null;
  const ownFactor = await findOwnFactor(deps, context, returned);
  return ownFactor.kind === 'mailbox' ? { purpose: 'enrolment', user: ownFactor.user, key, claims } : null;
}

async function readReturned(
  deps: BindingDeps,
  context: LoginContext,
  codeEntered: boolean,
): Promise<Returned | Extract<ConnectionOutcome, { kind: 'refused' }>> {
  const { login, stepState } = context.state;
  const { proved } = readConnectionStepState(stepState.connection);
  const choice = login.connection;
  if (proved === undefined || choice === null) return { kind: 'refused', code: 'provider.try-again' };
  const { organizationId } = choice;
  // Saved, switched back or suspended since the callback: what was proved no longer counts.
  const typed = login.subject?.userId ?? null;
  const known = codeEntered || context.returned?.organizationId !== organizationId ? undefined : context.returned;
  const connection =
    known === undefined
      ? await findUsableConnection(deps, { organizationId, connectionId: proved.connectionId }, typed)
      : await usableConnectionOf(known.methods, proved.connectionId, typed, deps.clock.now());
  if (connection?.version !== proved.version || connection.id !== choice.connectionId) {
    return { kind: 'refused', code: 'provider.try-again', detail: { code: 'login.changed' } };
  }
  if (connection.heldSince !== null) {
    return { kind: 'refused', code: 'provider.held', detail: { code: 'login.held', values: {} } };
  }
  const verifiedDomains = known?.verifiedDomains ?? (await findVerifiedDomains(deps, organizationId));
  const binding = await findBinding(deps, {
    organizationId,
    connection,
    claims: proved.claims,
    invitedUserId: await invitedUser(deps, context),
    typedUserId: login.subject?.organizationId === organizationId ? login.subject.userId : null,
    codeEntered,
    verifiedDomains,
    known: known && { ...known, key: keyOf(choice, proved.claims) },
  });
  const { decision } = binding;
  // Somebody else than the typed address came back: a pilot may lead that user elsewhere.
  const another = decision.kind === 'log-in' || decision.kind === 'bind' ? decision.userId : null;
  const piloted =
    isPilot(connection) || connection.state === 'previous' || connection.organizationId !== organizationId;
  if (piloted && another !== null && another !== login.subject?.userId) {
    const own = await findUsableConnection(deps, { organizationId, connectionId: connection.id }, another);
    if (own === undefined) return { kind: 'refused', code: 'login.refused', detail: { why: 'outside-pilot' } };
  }
  return {
    proved,
    connection,
    organizationId,
    binding,
    codeEntered,
    user: known?.users.find(({ id }) => id === another),
  };
}

/** The invitation counts in the browser that redeemed it, for the login it led to. */
async function invitedUser(deps: BindingDeps, context: LoginContext): Promise<User['id'] | null> {
  const expected = context.state.login.connection?.invitationId ?? null;
  const invitation = await findRedeemedInvitation(deps, context.browser.cookie('invitation'));
  return invitation?.id === expected ? invitation.userId : null;
}

/** Under what the login's read looked for an identity. */
function keyOf(
  { connectionId, organizationId }: Pick<ConnectionChoice, 'connectionId' | 'organizationId'>,
  { issuer, directoryId, subject }: Returned['proved']['claims'],
): SubjectKey {
  return { connectionId, organizationId, issuer, directoryId, subject };
}

const REFUSALS: Record<BindingRefusal, ErrorCode> = {
  'no-user': 'login.no-account',
  'user-may-not': 'login.refused',
  'subject-of-another-user': 'identity.taken',
  'user-has-another-identity': 'identity.taken',
};

async function decide(
  deps: BindingDeps,
  context: LoginContext,
  returned: Returned,
  problem: Problem | undefined,
): Promise<ConnectionOutcome> {
  const { proved, connection, organizationId, binding } = returned;
  const { decision } = binding;
  const { claims } = proved;
  switch (decision.kind) {
    case 'refuse': {
      const { user, key } = binding;
      const code = REFUSALS[decision.reason];
      const { reference } = context.row;
      return {
        kind: 'refused',
        code,
        detail: { why: decision.reason, claims: claims.shown },
        ...(code === 'identity.taken' && user !== null
          ? { inTransaction: async (tx) => recordConflict({ ...deps, db: tx }, { user, key, claims, reference }) }
          : {}),
      };
    }
    case 'ask': {
      const organization = await findOrganization(deps, organizationId);
      const page = bindingPage(
        deps.shell,
        {
          handle: context.request.handle,
          organization: organization?.name ?? '',
          came: claims.displayAddress,
          account: binding.user?.email ?? '',
          codeSent: readConnectionStepState(context.state.stepState.connection).code !== undefined,
        },
        problem,
      );
      return { kind: 'ask', page };
    }
    case 'log-in':
    case 'bind':
    case 'create': {
      const ownFactor = await findOwnFactor(deps, context, returned);
      if (ownFactor.kind === 'refused') {
        const failure = { code: 'login.not-fresh', values: {} } as const;
        return {
          kind: 'refused',
          code: 'provider.not-fresh',
          detail: { ...failure, claims: claims.shown },
          inTransaction: async (tx) => recordRemark({ ...deps, db: tx }, connection, failure),
        };
      }
      if (ownFactor.kind === 'mailbox') {
        const { handle } = context.request;
        const codeSent = readConnectionStepState(context.state.stepState.connection).code !== undefined;
        const about = { handle, organization: ownFactor.organization, account: ownFactor.user.email, codeSent };
        return { kind: 'ask', page: mailboxPage(deps.shell, about, problem) };
      }
      // The rules of the connection before are old and shown nowhere: nothing is known, so nothing is given or taken.
      const { rules, inactive } = rulesFor(connection, organizationId);
      const waits = inactive || (await isBefore(deps, connection, organizationId));
      const roles = decideRoles(rules, waits ? {} : (claims.stated ?? {}));
      const { userId } = decision;
      const subject = { userId, organizationId };
      const { amr, acr, authTime } = claims;
      const providerSession = toProviderSession(deps, proved.session ?? null, { loginId: context.row.id, ...subject });
      return {
        kind: 'proved',
        subject,
        at: proved.at,
        // When the provider asked, by its own word; never when the person came back.
        federated: { amr, acr, authTime, factorAt: authTime, providerSession },
        ownFactor: ownFactor.kind === 'none' ? undefined : ownFactor.kind,
        detail: roles.length === 0 ? undefined : { roles },
        plain: plainEnd(deps, returned, waits ? null : roles),
        inTransaction: async (tx) =>
          completeBinding({ ...deps, db: tx }, context, { ...returned, decision, roles: waits ? null : roles }),
      };
    }
  }
}

/** Whether another connection is in force: an own one before it, or the managing organization's beside a pilot. */
async function isBefore(deps: BindingDeps, connection: Connection, organizationId: OrganizationId): Promise<boolean> {
  if (connection.organizationId === organizationId) return connection.state === 'previous';
  return (await findConnectionInForce(deps, organizationId)) !== undefined;
}
