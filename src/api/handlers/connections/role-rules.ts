import type { Handler } from '../handler.ts';
import type { RoleRule as RuleOut } from '../../contract/connections/role-rules.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import {
  findRoleRules,
  previewRoleRules as preview,
  saveRoleRules as save,
} from '../../../connections/roles/manage-role-rules.ts';
import type { ShownRules } from '../../../connections/roles/manage-role-rules.ts';
import type { RoleDecision, RoleRule } from '../../../connections/roles/role-rule.ts';
import type { Text } from '../../../texts/catalog.ts';

/** Which claims give which roles. */
export const getRoleRules: Handler<'getRoleRules'> = async ({ deps, caller, params }) =>
  rulesOut(await findRoleRules(deps, caller, parseId('org', params.organizationId)));

/** Replaces the rules. */
export const saveRoleRules: Handler<'saveRoleRules'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  return rulesOut(await save(deps, caller, { organizationId, rules: body.rules.map(ruleIn), version: body.version }));
};

/** What rules would give. */
export const previewRoleRules: Handler<'previewRoleRules'> = async ({ deps, caller, params, body }) => {
  const { rules, of } = body;
  const { stated, decisions, applications } = await preview(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    rules: rules && rules.map(ruleIn),
    of:
      'userId' in of
        ? { userId: parseId('usr', of.userId) }
        : 'trialId' in of
          ? { trialId: parseId('tri', of.trialId) }
          : of,
  });
  return {
    stated: stated && Object.fromEntries(Object.entries(stated).map(([name, values]) => [name, values && [...values]])),
    decisions: decisions.map((decision) => ({
      target: decision.target === 'console' ? 'console' : formatId('app', decision.target),
      rule: decision.kind === 'none' ? null : decision.rule,
      known: decision.kind !== 'unknown',
      sentence: sentenceOf(deps.t, decision, applications),
    })),
  };
};

function sentenceOf(t: Text, decision: RoleDecision, applications: ShownRules['applications']): string {
  const { target } = decision;
  const where = target === 'console' ? t('roles.console') : (applications.get(target) ?? '…');
  if (decision.kind === 'none') return t('roles.none', { where });
  const { rule, claim } = decision;
  if (decision.kind === 'unknown') return t('roles.unknown', { where, rule, claim });
  const { gives, value } = decision;
  const given = gives.kind === 'console' ? (gives.role ?? '') : gives.roles.join(', ');
  return t(given === '' ? 'roles.given-nothing' : 'roles.given', { where, rule, claim, value, given });
}

function rulesOut({ rules, version, applications, inactive }: ShownRules) {
  return {
    rules: rules.map(ruleOut),
    applications: [...applications].map(([id, name]) => ({ id: formatId('app', id), name })),
    active: !inactive,
    version,
  };
}

function ruleOut({ claim, value, gives }: RoleRule): RuleOut {
  return {
    claim,
    value,
    gives: gives.kind === 'console' ? gives : { ...gives, applicationId: formatId('app', gives.applicationId) },
  };
}

function ruleIn({ claim, value, gives }: RuleOut): RoleRule {
  return {
    claim,
    value,
    gives: gives.kind === 'console' ? gives : { ...gives, applicationId: parseId('app', gives.applicationId) },
  };
}
