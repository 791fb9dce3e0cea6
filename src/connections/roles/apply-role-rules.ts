import { targetOf } from './role-rule.ts';
import type { RoleDecision, Target } from './role-rule.ts';
import { applyApplicationRoles } from '../../applications/assign-roles.ts';
import type { Clock } from '../../base/clock.ts';
import type { LoginId, OrganizationId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import { lowestRole } from '../../organizations/access.ts';
import type { ConsoleRole } from '../../organizations/access.ts';
import { lockOrganization } from '../../organizations/change-method.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import { applyConsoleRole, noteRuledRoles } from '../../users/record-login.ts';
import type { User } from '../../users/user.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
}

/** Of a user what rules change. */
type Ruled = Pick<User, 'consoleRole' | 'ruledRoles' | 'rolesByHand'>;

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
  user: Ruled | null,
  decisions: readonly RoleDecision[],
): Promise<RuledOrganization | undefined> {
  const before = user ?? { consoleRole: null, ruledRoles: [], rolesByHand: [] };
  if (decisions.length === 0 && before.ruledRoles.length === 0) return undefined;
  const role = changesOf(decisions, before).get('console')?.console;
  const locked = role !== undefined && role !== before.consoleRole;
  const find = locked ? lockOrganization : keepOrganization;
  const organization = await find(deps, organizationId);
  return organization && { organization, locked };
}

/**
 * Gives and takes roles as the rules decided, in the transaction of the login. What a rule gave ends when no rule gives it any
 * more. Of what an administrator had given by hand that part stays which every rule since gave, too: a group that ends takes
 * nothing that is not its own, and leaving one gives nobody more than they had in it.
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
  const changes = changesOf(decisions, user);
  const wasRuled = new Set(user.ruledRoles);
  const noted = new Map<string, string[]>(user.ruledRoles.map((target) => [target, handOf(user, target)]));
  const note = (target: Target, { rule }: Change, hand: string[]): void => {
    if (rule === undefined) noted.delete(target);
    else noted.set(target, hand);
  };
  const applications: { applicationId: Exclude<Target, 'console'>; roles: string[]; rule: string | undefined }[] = [];
  for (const [target, change] of changes) {
    if (target !== 'console') {
      applications.push({ applicationId: target, roles: change.application ?? [], rule: change.rule });
      continue;
    }
    const { console: role = null, rule } = change;
    // What could not be changed is still whose it was.
    if (!(await applyConsoleRole(deps, user, { ...kept, role, rule, loginId }))) continue;
    const byHand = wasRuled.has(target) ? handOf(user, target) : [user.consoleRole].filter((one) => one !== null);
    note(target, change, role === null ? [] : byHand.map((one) => lowestRole(role, [one as ConsoleRole])));
  }
  if (applications.length > 0) {
    const before = await applyApplicationRoles(deps, user, { organization: kept.organization, applications, loginId });
    for (const { applicationId, roles, rule } of applications) {
      const had = before.get(applicationId) ?? [];
      const hand = wasRuled.has(applicationId) ? handOf(user, applicationId) : had;
      note(
        applicationId,
        { rule },
        hand.filter((one) => had.includes(one) && roles.includes(one)),
      );
    }
  }
  await noteRuledRoles(deps, user, {
    ruledRoles: [...noted.keys()].toSorted(),
    rolesByHand: [...noted].flatMap(([target, roles]) => roles.map((role) => `${target}:${role}`)).toSorted(),
  });
}

/**
 * Which roles of a target that a rule decides somebody had given by hand. A console role above the one now is none of them:
 * a server of a version that does not note what was given by hand changed it since (of an application's, none that is not there).
 */
function handOf({ rolesByHand, consoleRole }: Ruled, target: string): string[] {
  const roles = rolesByHand.flatMap((one) => (one.startsWith(`${target}:`) ? [one.slice(target.length + 1)] : []));
  if (target !== 'console') return roles;
  return roles.filter((one) => consoleRole !== null && lowestRole(one as ConsoleRole, [consoleRole]) === one);
}

interface Change {
  console?: User['consoleRole'];
  application?: string[];
  /** How the audit log names the rule; undefined where none gives anything, and what one gave ends. */
  rule: string | undefined;
}

function changesOf(decisions: readonly RoleDecision[], before: Ruled): Map<Target, Change> {
  const changes = new Map<Target, Change>();
  // Of a target that no rule speaks of any more, what one gave ends as well.
  for (const target of before.ruledRoles) changes.set(target as Target, ended(target, handOf(before, target)));
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

function ended(target: string, byHand: string[]): Change {
  const [role = null] = byHand as ConsoleRole[];
  return { ...(target === 'console' ? { console: role } : { application: byHand }), rule: undefined };
}
