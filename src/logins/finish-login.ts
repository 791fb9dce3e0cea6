import { acceptsPassword, findUsableMethodOf } from './find-login-method.ts';
import { countRefusal } from './login-store.ts';
import type { LoginRow } from './login-row.ts';
import type { Login } from './login.ts';
import type { TraceDetail } from './trace.ts';
import { revokeResetLinks } from '../authenticators/ask-for-reset.ts';
import { isPasswordOf } from '../authenticators/verify-authenticator.ts';
import { STRANGER } from '../audit/audit-event.ts';
import type { Actor, NewAuditEvent } from '../audit/audit-event.ts';
import { recordEvent } from '../audit/record-event.ts';
import { currentOrigin } from '../audit/origin.ts';
import { DAY, HOUR, after } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { ConnectionId, OrganizationId } from '../base/ids.ts';
import { networkOf } from '../base/network.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { acceptInvitation, acceptOpenInvitations } from '../invitations/redeem-invitation.ts';
import { composeMail } from '../mail/compose.ts';
import { postMail } from '../mail/post-mail.ts';
import { findOrganization, findRootOrganization } from '../organizations/find-organization.ts';
import type { Organization } from '../organizations/organization.ts';
import type { Inside } from '../db/database.ts';
import type { LoginResult } from '../sessions/login-result.ts';
import type { Texts } from '../texts/catalog.ts';
import { lockUser } from '../users/find-users.ts';
import { mayLogIn } from '../users/may-log-in.ts';
import { recordLogin } from '../users/record-login.ts';
import type { User } from '../users/user.ts';

/** What finishing a login needs; `db` is the transaction that does it. */
export interface FinishDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  texts: Texts;
}

/**
 * What a finished login changes beside its own row: its user, the invitation it came from, links to reset a password,
 * the audit log. Part of the transaction that ends it.
 * @throws login.refused when the user or the organization may not log in any more; invitation.used
 */
export async function finishLogin(
  deps: Inside<FinishDeps>,
  row: LoginRow,
  login: Login,
  result: LoginResult | null,
): Promise<void> {
  if (result === null) return; // consent alone: nobody logged in
  const { userId, organizationId } = result;
  const organization = await findOrganization(deps, organizationId);
  // Locked before the invitation and the links that hang on the user (docs/decisions/0014).
  const user = await lockUser(deps, organizationId, userId);
  if (user === undefined || organization === undefined || !mayLogIn(user, deps.clock.now())) {
    throw new AppError('login.refused', {
      detail: 'the user or the organization may not log in any more',
      values: { reference: row.reference },
    });
  }
  if (result.connectionId === null) await requireOwnMethod(deps, row, login, user, organization);
  if (result.withinSession) await requireOwnFactor(deps, row, result.connectionId, user, organization);
  const actor: Actor = { kind: 'user', id: userId, name: user.email };
  const emailProven = await acceptInvitations(deps, actor, login, user);
  await recordLogin(deps, { userId, organizationId, emailProven });
  await revokeResetLinks(deps, { userId, organizationId });
  if (result.emergency) await mailEmergency(deps, user, organization);
  await recordEvent(deps, finishedEvent(row, result, actor));
}

/** The record of a finished login. */
export function finishedEvent(row: LoginRow, result: LoginResult, actor: Actor): NewAuditEvent {
  const { organizationId, userId, method, amr, emergency } = result;
  return {
    organizationId,
    kind: emergency ? 'login.emergency' : 'login.finished',
    actor,
    userId,
    loginId: row.id,
    details: { method, amr, clientId: row.clientId, reference: row.reference },
  };
}

/**
 * What was proved of ours still counts: a step begun under a method, or with a password, is refused once that changed.
 * @throws login.refused
 */
async function requireOwnMethod(
  deps: Inside<FinishDeps>,
  row: LoginRow,
  login: Login,
  user: User,
  organization: Organization,
): Promise<void> {
  const method = await findUsableMethodOf(deps, organization, user.id);
  const allowed = login.mode === 'emergency' ? user.breakGlass : method !== undefined && acceptsPassword(method);
  const proof = login.proofs.findLast(({ kind }) => kind === 'password');
  const owner = { userId: user.id, organizationId: user.organizationId };
  if (allowed && (proof === undefined || (await isPasswordOf(deps, owner, proof.at)))) return;
  throw new AppError('login.refused', {
    detail: allowed ? 'the password was changed meanwhile' : 'the organization logs in another way meanwhile',
    values: { reference: row.reference },
  });
}

/**
 * A factor of ours proved within a session of a connection counts while that connection is in force, for administrators.
 * @throws login.refused
 */
async function requireOwnFactor(
  deps: Inside<FinishDeps>,
  row: LoginRow,
  connectionId: ConnectionId | null,
  user: User,
  organization: Organization,
): Promise<void> {
  const usable = await findUsableMethodOf(deps, organization, user.id);
  if (usable?.method.connection?.id === connectionId && user.consoleRole !== null) return;
  throw new AppError('login.refused', {
    detail: 'the connection of the session is not in force, or the console role is gone',
    values: { reference: row.reference },
  });
}

/** Accepts the invitation this login came from; a first login without it leaves none open. */
async function acceptInvitations(deps: Inside<FinishDeps>, actor: Actor, login: Login, user: User): Promise<boolean> {
  if (login.invitationId !== null) {
    const { mailed } = await acceptInvitation(deps, actor, { id: login.invitationId, user });
    return mailed;
  }
  if (user.status === 'pending') await acceptOpenInvitations(deps, user);
  return false;
}

/** Each emergency access is mailed to its user. */
async function mailEmergency(deps: Inside<FinishDeps>, user: User, organization: Organization): Promise<void> {
  const t = deps.texts.default;
  await postMail(deps, {
    ...composeMail(t, {
      subject: t('mail.emergency.subject'),
      heading: t('mail.emergency.heading'),
      paragraphs: [t('mail.emergency.lead', { email: user.email, organization: organization.name })],
      notes: [t('mail.emergency.alarm')],
    }),
    kind: 'emergency',
    recipient: user.email,
    organizationId: organization.id,
    userId: user.id,
  });
}

/** Refused logins that are recorded, of one network for one organization within an hour. */
const MOST_REFUSALS = 60;

/**
 * The record of a refused login, in the log of the organization it was for, else of the root: once for a login, and so many
 * of one network. Anybody can begin logins and have them refused, without end; the traces have them all.
 */
export async function recordRefusal(
  deps: Inside<Pick<FinishDeps, 'db' | 'clock'>>,
  row: LoginRow,
  login: Login,
  detail: TraceDetail,
): Promise<void> {
  const known = login.subject?.organizationId ?? login.connection?.organizationId;
  const organizationId = known ?? (await findRootOrganization(deps))?.id;
  if (organizationId === undefined || !(await isRecorded(deps, row, login, organizationId))) return;
  await recordEvent(deps, {
    organizationId,
    kind: 'login.refused',
    actor: STRANGER,
    userId: login.subject?.userId ?? null,
    loginId: row.id,
    details: { ...detail, reason: login.refusal, clientId: row.clientId, reference: row.reference },
  });
}

async function isRecorded(
  deps: Inside<Pick<FinishDeps, 'db' | 'clock'>>,
  row: LoginRow,
  { refusal }: Login,
  organizationId: OrganizationId,
): Promise<boolean> {
  const now = deps.clock.now();
  // What a login went on after hides nothing of how it ended: anybody can send the own browser here with an error.
  const once = refusal === null ? `went on ${row.id}` : row.id;
  if ((await countRefusal(deps.db, once, now, after(now, DAY))) > 1) return false;
  const { network } = currentOrigin();
  if (network === null) return true;
  const key = `${organizationId} ${networkOf(network)}`;
  return (await countRefusal(deps.db, key, now, after(now, HOUR))) <= MOST_REFUSALS;
}
