import { z } from 'zod';
import { route } from '../route.ts';
import { id, inOrganization, version } from '../wire.ts';

const gives = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('console'),
    role: z.enum(['administrator', 'editor', 'viewer']).nullable().describe('Null: no console role.'),
  }),
  z.strictObject({
    kind: z.literal('application'),
    applicationId: id.describe('Of the organization or one above it.'),
    roles: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9_.:-]{0,63}$/))
      .max(50)
      .describe('Replaces the roles in this application for the user’s organization.'),
  }),
]);

const roleRule = z
  .strictObject({
    claim: z
      .string()
      .trim()
      .min(1)
      .max(128)
      .describe('Claim of the provider, as `groups` or `roles`. None that people fill in themselves.'),
    value: z.string().trim().min(1).max(256).describe('Compared as it stands: a group’s object ID, or a name.'),
    gives,
  })
  .meta({ id: 'RoleRule' });
export type RoleRule = z.infer<typeof roleRule>;

const rules = z
  .array(roleRule)
  .max(100)
  .describe('For the console, and for each application, the first rule that matches decides.');

const applications = z.array(z.object({ id, name: z.string() })).describe('The applications that the rules speak of.');

const roleRules = z
  .object({
    rules,
    applications,
    active: z
      .boolean()
      .describe('False for rules that came back with the method before: they give nothing until they are saved.'),
    version: version.describe('The rules’ own.'),
  })
  .meta({ id: 'RoleRules' });
export type RoleRules = z.infer<typeof roleRules>;

const stated = z
  .record(z.string().max(128), z.array(z.string().max(256)).max(500).nullable())
  .describe('Values by claim; null: not known, as where Entra ID names no groups because there are more than 200.');

const rolePreview = z
  .object({
    stated: stated.nullable().describe('Null: nothing is known of this person yet.'),
    decisions: z.array(
      z.object({
        target: z.string().describe('`console`, or the id of an application.'),
        rule: z.int().nullable().describe('Which rule decided, from 1; null for none.'),
        known: z.boolean().describe('False: a claim is not known, and what was there stays.'),
        sentence: z.string(),
      }),
    ),
  })
  .meta({ id: 'RolePreview' });

export const roleRuleRoutes = {
  getRoleRules: route('GET', '/organizations/{organizationId}/authentication/role-rules', {
    summary: 'Which claims of the provider give which roles',
    params: inOrganization,
    output: roleRules,
  }),
  saveRoleRules: route('PUT', '/organizations/{organizationId}/authentication/role-rules', {
    summary: 'Replace the rules; they hold from each user’s next login',
    params: inOrganization,
    body: z.strictObject({ rules, version }).meta({ id: 'RoleRulesToSave' }),
    output: roleRules,
    freshFactor: true,
  }),
  previewRoleRules: route('POST', '/organizations/{organizationId}/authentication/role-rules/preview', {
    summary: 'What rules would give: by stated values, by a test, or by a user’s last login. Changes nothing',
    params: inOrganization,
    body: z
      .strictObject({
        rules: rules.nullable().default(null).describe('Null: those that are saved.'),
        of: z.union([z.strictObject({ stated }), z.strictObject({ userId: id }), z.strictObject({ trialId: id })]),
      })
      .meta({ id: 'RolesToPreview' }),
    output: rolePreview,
  }),
};
