/**
 * Rules of a connection by which values of claims (groups, app roles) give roles, decided at each login before the session
 * starts. For each target, the console or one application, the first rule that matches decides.
 *
 *   role-rule            model, and the decision (pure)
 *   apply-role-rules     the decision about a user, written with the login
 *   manage-role-rules    an administrator reads and replaces the rules, and asks what they would give
 *
 * The rules stand in the connection's row; role-rules-store.ts holds the SQL.
 */
import { z } from 'zod';
import type { ApplicationId, OrganizationId } from '../../base/ids.ts';
import type { StatedValues } from '../../connectors/connector.ts';
import type { ConsoleRole } from '../../organizations/access.ts';

/** What a rule gives: a console role (null: none), or the roles of one application. */
export type Given =
  | { kind: 'console'; role: ConsoleRole | null }
  | { kind: 'application'; applicationId: ApplicationId; roles: string[] };

/** Whoever has this value in this claim gets what is given. */
export interface RoleRule {
  claim: string;
  /** Compared as it stands, capitals included. */
  value: string;
  gives: Given;
}

/** The rules of a connection; the version counts changes, also that another connection comes into force. */
export interface RoleRules {
  version: number;
  rules: RoleRule[];
  /** They came back with their connection, and nobody has looked at them since: they give and take nothing until they are saved. */
  inactive: boolean;
}

export const MOST_RULES = 100;

/** Whom a decision is about: the console, or an application. */
export type Target = 'console' | ApplicationId;

export function targetOf(given: Given): Target {
  return given.kind === 'console' ? 'console' : given.applicationId;
}

const stored = z.object({
  version: z.number(),
  inactive: z.boolean().default(false),
  rules: z.array(
    z.object({
      claim: z.string(),
      value: z.string(),
      gives: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('console'), role: z.enum(['administrator', 'editor', 'viewer']).nullable() }),
        z.object({
          kind: z.literal('application'),
          applicationId: z.custom<ApplicationId>((value) => typeof value === 'string'),
          roles: z.array(z.string()),
        }),
      ]),
    }),
  ),
});

export const NO_RULES: RoleRules = { version: 1, rules: [], inactive: false };

/** The rules of a connection as stored. */
export function readRoleRules({ roleRules }: { roleRules: unknown }): RoleRules {
  return stored.parse(roleRules);
}

/** The rules that hold for the users of an organization: a connection's rules give roles to its owner's own users alone. */
export function rulesFor(
  connection: { organizationId: OrganizationId; roleRules: unknown },
  organizationId: OrganizationId,
): RoleRules {
  return connection.organizationId === organizationId ? readRoleRules(connection) : NO_RULES;
}

/** Which claims the rules read. */
export function claimNames({ rules }: RoleRules): string[] {
  return [...new Set(rules.map(({ claim }) => claim))];
}

/**
 * Claims that no rule may read: people write some of them themselves (OpenID Connect Core 5.1), and the others speak of the
 * token, not of what somebody may do (Core 2, RFC 7519 4.1).
 */
const UNFIT: ReadonlySet<string> = new Set(
  (
    'sub name given_name family_name middle_name nickname preferred_username profile picture website email email_verified ' +
    'gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at upn unique_name verified_primary_email ' +
    'verified_secondary_email iss aud exp nbf iat jti nonce azp auth_time at_hash c_hash s_hash sid state acr amr ' +
    '_claim_names _claim_sources __proto__'
  ).split(' '),
);

export function isFitClaim(name: string): boolean {
  return !UNFIT.has(name.toLowerCase());
}

/** What the rules say about one target. */
export type RoleDecision = { target: Target } & (
  | { kind: 'given'; gives: Given; rule: number; claim: string; value: string }
  /** A rule that comes before any that matches reads a claim whose values are not known: what was there stays. */
  | { kind: 'unknown'; rule: number; claim: string }
  | { kind: 'none' }
);

/** Decides by what the provider stated, once for each target; `rule` counts from 1. */
export function decideRoles(rules: readonly RoleRule[], stated: StatedValues): RoleDecision[] {
  const decisions = new Map<Target, RoleDecision>();
  for (const [index, { claim, value, gives }] of rules.entries()) {
    const target = targetOf(gives);
    if ((decisions.get(target)?.kind ?? 'none') !== 'none') continue;
    const values = Object.hasOwn(stated, claim) ? stated[claim]! : null;
    const rule = index + 1;
    if (values === null) decisions.set(target, { target, kind: 'unknown', rule, claim });
    else if (values.includes(value)) decisions.set(target, { target, kind: 'given', gives, rule, claim, value });
    else decisions.set(target, { target, kind: 'none' });
  }
  return [...decisions.values()];
}
