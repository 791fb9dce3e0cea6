import { decideRoles, isFitClaim, MOST_RULES, readRoleRules } from './role-rule.ts';
import type { RoleDecision, RoleRule, RoleRules } from './role-rule.ts';
import { updateRoleRules } from './role-rules-store.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import { selectStatedValues } from '../identity-store.ts';
import { findTrial } from '../trial/find-trials.ts';
import { readResult } from '../trial/trial.ts';
import { findUsableApplications } from '../../applications/assign-roles.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationId, OrganizationId, TrialId, UserId } from '../../base/ids.ts';
import type { StatedValues } from '../../connectors/connector.ts';
import type { Transaction } from '../../db/database.ts';
import { mayGive, requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { lockOrganization } from '../../organizations/change-method.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import { readUser } from '../../users/manage-users.ts';
import type { Organization } from '../../organizations/organization.ts';

interface Deps {
  db: Transaction;
  clock: Clock;
}

/** Rules with the names of the applications that they speak of. */
export interface ShownRules extends RoleRules {
  applications: ReadonlyMap<ApplicationId, string>;
}

/**
 * The rules of the organization's own connection in force.
 * @throws organization.not-found, caller.denied, connection.not-found
 */
export async function findRoleRules(deps: Deps, caller: Caller, organizationId: OrganizationId): Promise<ShownRules> {
  const organization = requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
  const connection = await selectConnectionInForce(deps.db, organizationId);
  if (connection === undefined) throw new AppError('connection.not-found');
  const found = readRoleRules(connection);
  const { rules } = found;
  return { ...found, applications: await namesIn(deps, organization, rules) };
}

/**
 * Replaces the rules, which are active then. They give what the caller could give by hand, and no rights over the whole installation.
 * @throws organization.not-found, caller.denied, caller.stale-factor, connection.not-found, version.conflict,
 *   role-rule.claim, role-rule.application, role-rule.root
 */
export async function saveRoleRules(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; rules: RoleRule[]; version: number },
): Promise<ShownRules> {
  const { organizationId, rules } = input;
  const found = await lockOrganization(deps, organizationId);
  const organization = requireAccess(caller, 'edit-authentication', found);
  requireAccess(caller, 'edit-roles', organization);
  requireFreshFactor(caller, deps.clock.now());
  const connection = await selectConnectionInForce(deps.db, organizationId, { lock: true });
  if (connection === undefined) throw new AppError('connection.not-found');
  const applications = await requireGivable(deps, caller, organization, rules);
  const before = readRoleRules(connection);
  if (before.version !== input.version) throw new AppError('version.conflict');
  const saved = { version: before.version + 1, rules, inactive: false };
  await updateRoleRules(deps.db, connection, saved);
  await recordEvent(deps, {
    organizationId,
    kind: 'connection.role-rules-changed',
    actor: actorOf(caller),
    details: { issuer: connection.issuer, before: before.rules.map(inWords), after: rules.map(inWords) },
  });
  return { ...saved, applications };
}

/**
 * What rules would give: by values as entered, as a test of the connection found them, or as the provider stated them of a
 * user at the last login. Nothing is changed.
 * @throws organization.not-found, caller.denied, connection.not-found, user.not-found, trial.not-found, role-rule.*
 */
export async function previewRoleRules(
  deps: Deps,
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    /** Null: those that are saved. */
    rules: RoleRule[] | null;
    of: { stated: StatedValues } | { userId: UserId } | { trialId: TrialId };
  },
): Promise<{ stated: StatedValues | null; decisions: RoleDecision[]; applications: ShownRules['applications'] }> {
  const { organizationId, of } = input;
  const organization = requireAccess(caller, 'edit-authentication', await findOrganization(deps, organizationId));
  const connection = await selectConnectionInForce(deps.db, organizationId);
  if (connection === undefined) throw new AppError('connection.not-found');
  const rules = input.rules ?? readRoleRules(connection).rules;
  const applications =
    input.rules === null
      ? await namesIn(deps, organization, rules)
      : await requireGivable(deps, caller, organization, rules);
  let stated: StatedValues | null;
  if ('stated' in of) stated = of.stated;
  else if ('userId' in of) {
    const { user } = await readUser(deps, caller, { organizationId, userId: of.userId });
    stated = await selectStatedValues(deps.db, { connectionId: connection.id, organizationId, userId: user.id });
  } else {
    const { run } = await findTrial(deps, caller, { organizationId, id: of.trialId });
    stated = readResult(run)?.stated ?? null;
  }
  return { stated, decisions: stated === null ? [] : decideRoles(rules, stated), applications };
}

/** @returns names of the applications that the rules speak of */
async function requireGivable(
  deps: Deps,
  caller: Caller,
  organization: Organization,
  rules: readonly RoleRule[],
): Promise<ShownRules['applications']> {
  if (rules.length > MOST_RULES) throw new AppError('input.malformed', { detail: 'too many rules' });
  for (const { claim, gives } of rules) {
    if (!isFitClaim(claim)) throw new AppError('role-rule.claim', { values: { claim } });
    if (gives.kind !== 'console') continue;
    if (!mayGive(caller.role, gives.role)) throw new AppError('caller.denied', { detail: 'role above the own' });
    if (gives.role === 'administrator' && organization.managingOrganizationId === null) {
      throw new AppError('role-rule.root');
    }
  }
  const names = await namesIn(deps, organization, rules);
  const unknown = applicationsOf(rules).find((one) => !names.has(one));
  if (unknown !== undefined) throw new AppError('role-rule.application');
  return names;
}

async function namesIn(
  deps: Deps,
  organization: Organization,
  rules: readonly RoleRule[],
): Promise<ShownRules['applications']> {
  return findUsableApplications(deps, organization, applicationsOf(rules));
}

function applicationsOf(rules: readonly RoleRule[]): ApplicationId[] {
  return [...new Set(rules.flatMap(({ gives }) => (gives.kind === 'application' ? [gives.applicationId] : [])))];
}

/** A rule as the audit log holds it. */
function inWords({ claim, value, gives }: RoleRule): string {
  const given =
    gives.kind === 'console' ? `console: ${gives.role ?? '–'}` : `${gives.applicationId}: ${gives.roles.join(' ')}`;
  return `${claim} = ${value} → ${given}`;
}
