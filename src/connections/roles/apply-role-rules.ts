import { targetOf } from './role-rule.ts';
import type { RoleDecision, Target } from './role-rule.ts';
import { applyApplicationRoles } from '../../applications/assign-roles.ts';
import type { Clock } from '../../base/clock.ts';
import type { LoginId, OrganizationId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import { lockOrganization } from '../../organizations/change-method.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import { applyConsoleRole, noteRuledRoles } from '../../users/record-login.ts';
import type { User } from '../../users/user.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
}

/** The user's organization, kept until the transaction ends; `locked` when a console role is about to change. */
export interface RuledOrganization {
  organization: Organization;
  locked: boolean;
}

/**
 * Keeps the organization of a user whose roles may change, before the user is locked: changes of administrators wait for one
 * another there. Undefined where no rule decides and none did before, which costs nothing.
 */
export async function keepForRoles(
  deps: Deps,
  organizationId: OrganizationId,
  user: Pick<User, 'consoleRole' | 'ruledRoles'> | null,
  decisions: readonly RoleDecision[],
): Promise<RuledOrganization | undefined> {
  const ruled = user?.ruledRoles ?? [];
  if (decisions.length === 0 && ruled.length === 0) return undefined;
  const role = changesOf(decisions, ruled).get('console')?.console;
  const locked = role !== undefined && role !== (user?.consoleRole ?? null);
  const find = locked ? lockOrganization : keepOrganization;
  const organization = await find(deps, organizationId);
  return organization && { organization, locked };
}

/**
 * Gives and takes roles as the rules decided, in the transaction of the login. What a rule gave ends when no rule gives it any
 * more; what an administrator gave by hand stays where no rule decides.
 */
export async function applyRoleRules(
  deps: Deps,
  input: {
    user: User;
    decisions: readonly RoleDecision[];
    kept: RuledOrganization | undefined;
    loginId: LoginId;
  },
): Promise<void> {
  const { user, decisions, kept, loginId } = input;
  if (kept === undefined) return;
  const changes = changesOf(decisions, user.ruledRoles);
  const ruled = new Set(user.ruledRoles);
  const applications: { applicationId: Exclude<Target, 'console'>; roles: string[]; rule: string | undefined }[] = [];
  for (const [target, { console, application, rule }] of changes) {
    if (target !== 'console') applications.push({ applicationId: target, roles: application ?? [], rule });
    // What could not be changed is still whose it was.
    else if (!(await applyConsoleRole(deps, user, { ...kept, role: console ?? null, rule, loginId }))) continue;
    if (rule === undefined) ruled.delete(target);
    else ruled.add(target);
  }
  if (applications.length > 0) {
    await applyApplicationRoles(deps, user, { organization: kept.organization, applications, loginId });
  }
  await noteRuledRoles(deps, user, [...ruled].toSorted());
}

interface Change {
  console?: User['consoleRole'];
  application?: string[];
  /** How the audit log names the rule; undefined where none gives anything, and what one gave ends. */
  rule: string | undefined;
}

function changesOf(decisions: readonly RoleDecision[], ruled: readonly string[]): Map<Target, Change> {
  const changes = new Map<Target, Change>();
  // Of a target that no rule speaks of any more, what one gave ends as well.
  for (const target of ruled) changes.set(target as Target, ended(target));
  for (const decision of decisions) {
    const { target } = decision;
    if (decision.kind === 'unknown') changes.delete(target);
    if (decision.kind !== 'given') continue;
    const { gives } = decision;
    const rule = `${decision.rule}. ${decision.claim} = ${decision.value}`;
    const given = gives.kind === 'console' ? { console: gives.role } : { application: gives.roles };
    changes.set(targetOf(gives), { ...given, rule });
  }
  return changes;
}

function ended(target: string): Change {
  return { ...(target === 'console' ? { console: null } : { application: [] }), rule: undefined };
}
