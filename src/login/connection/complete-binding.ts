import type { BindingDeps, Returned } from './returned.ts';
import type { LoginContext } from '../login-context.ts';
import { applyBinding } from '../../connections/bind-identity.ts';
import type { Binding } from '../../connections/bind-identity.ts';
import { plainProof } from '../../connections/facts/plain-proof.ts';
import { recordSuccess } from '../../connections/record-outcome.ts';
import { applyRoleRules, keepForRoles } from '../../connections/roles/apply-role-rules.ts';
import type { RoleDecision } from '../../connections/roles/role-rule.ts';
import type { Inside } from '../../db/database.ts';
import { findInviter } from '../../invitations/find-inviter.ts';
import type { PlainEnd } from '../../logins/finishing/plain-end.ts';
import { composeMail } from '../../mail/compose.ts';
import { postMail } from '../../mail/post-mail.ts';
import { createAtLogin } from '../../users/create-at-login.ts';
import { readEmailAddress } from '../../users/email-address.ts';
import { lockUser } from '../../users/find-users.ts';
import { recordFederatedProof } from '../../users/record-login.ts';
import type { User } from '../../users/user.ts';

/** What a plain end writes; undefined where the person's own factor, or anything new, comes first. */
export function plainEnd(deps: BindingDeps, returned: Returned, roles: RoleDecision[] | null): PlainEnd | undefined {
  const { proved, user } = returned;
  const { claims, supplement = null } = proved;
  const about = { ...returned, claims, supplement, authTime: authTimeOf(proved), roles };
  const proof = plainProof(about, deps.clock.now());
  return proof === null || user === undefined ? undefined : { user, proof };
}

/** What its ID token said of `auth_time`; null when nobody asked for it. */
function authTimeOf({ claims, fresh }: Returned['proved']): 'stated' | 'missing' | null {
  return claims.authTime !== null ? 'stated' : fresh ? null : 'missing';
}

type Completed = Omit<Returned, 'binding' | 'user'> & {
  binding: Binding;
  decision: Extract<Binding['decision'], { kind: 'log-in' | 'bind' | 'create' }>;
  /** What the rules of the connection say about roles; null where they wait, and roles stay as they are. */
  roles: RoleDecision[] | null;
};

/** Binds, confirms the connection, keeps what is new about the user; part of the transaction that records the proof. */
export async function completeBinding(
  deps: Inside<BindingDeps>,
  context: LoginContext,
  completed: Completed,
): Promise<void> {
  const { decision, binding, proved, connection, organizationId } = completed;
  const { roles } = completed;
  const kept = roles === null ? undefined : await keepForRoles(deps, organizationId, binding.user, roles);
  const user =
    decision.kind === 'create'
      ? await createAtLogin(deps, { ...decision, organizationId })
      : await lockUser(deps, organizationId, decision.userId);
  if (user === undefined) throw new Error('the user of the binding decision does not exist');
  const { claims } = proved;
  const loginId = context.row.id;
  await applyBinding(deps, { decision, key: binding.key, claims, loginId, user });
  const { supplement = null } = proved;
  const authTime = authTimeOf(proved);
  const by = { userId: user.id, organizationId, name: user.email, loginId, authTime, supplement } as const;
  await recordSuccess(deps, connection, by);
  const byCode = decision.kind === 'bind' && decision.by === 'mailed-code';
  const otherAddress = byCode && !isStated(user, claims.claimedAddresses);
  // A break-glass administrator has a password and a factor of ours beside this login: nothing is gained by waiting.
  const holdBackRole = otherAddress && user.consoleRole !== null && !user.breakGlass;
  const first = decision.kind === 'log-in' ? null : (claims.person ?? null);
  await recordFederatedProof(deps, user, { name: claims.name, emailProven: byCode, holdBackRole, first });
  // A role that waits for an administrator is not given by a rule meanwhile.
  const decisions = (roles ?? []).filter(({ target }) => target !== 'console' || !holdBackRole);
  await applyRoleRules(deps, { user, decisions, kept, loginId });
  if (otherAddress) await tellInviter(deps, user, claims.displayAddress);
}

function isStated(user: User, addresses: readonly string[]): boolean {
  return addresses.some((address) => readEmailAddress(address)?.key === user.emailKey);
}

async function tellInviter(deps: Inside<BindingDeps>, user: User, came: string | null): Promise<void> {
  const inviter = await findInviter(deps, user);
  if (inviter === undefined) return;
  const t = deps.texts.default;
  const mail = composeMail(t, {
    subject: t('mail.bound-otherwise.subject', { account: user.email }),
    heading: t('mail.bound-otherwise.heading'),
    paragraphs: [t('mail.bound-otherwise.lead', { account: user.email, came: came ?? '–' })],
    notes: [t('mail.bound-otherwise.note')],
  });
  const { organizationId, id: userId, email: recipient } = inviter;
  await postMail(deps, { ...mail, kind: 'bound-otherwise', organizationId, userId, recipient });
}
