import type { RoleRule } from '../../../../src/api/contract/connections/role-rules.ts';
import { role as roleSchema } from '../../../../src/api/contract/wire.ts';

/** A rule as the form holds it. */
export interface RuleValues {
  /** For React alone. */
  key: number;
  claim: string;
  value: string;
  /** `console`, or the id of an application. */
  target: string;
  /** A console role, `none`, or roles of the application separated by blanks. */
  given: string;
}

let last = 0;

export function newRule(): RuleValues {
  return { key: (last += 1), claim: 'groups', value: '', target: 'console', given: 'viewer' };
}

export function valuesOf({ claim, value, gives }: RoleRule): RuleValues {
  const given = gives.kind === 'console' ? (gives.role ?? 'none') : gives.roles.join(' ');
  return { key: (last += 1), claim, value, target: gives.kind === 'console' ? 'console' : gives.applicationId, given };
}

/** Rules that were kept during a login, as the form holds them. */
export function keptRules({ rules }: { rules?: unknown }): RuleValues[] {
  return (Array.isArray(rules) ? (rules as RuleValues[]) : []).map((rule) => ({ ...rule, key: (last += 1) }));
}

/** The rule as the API takes it. */
export function ruleOf({ claim, value, target, given }: RuleValues): RoleRule {
  const about = { claim: claim.trim(), value: value.trim() };
  return target === 'console'
    ? { ...about, gives: { kind: 'console', role: roleSchema.safeParse(given).data ?? null } }
    : {
        ...about,
        gives: { kind: 'application', applicationId: target, roles: given.split(/[\s,]+/).filter((one) => one !== '') },
      };
}
