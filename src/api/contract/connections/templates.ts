import { z } from 'zod';
import { explanation } from '../authentication.ts';
import { route } from '../route.ts';
import { id, inOrganization, instant, method, pageOf, paging, search, version } from '../wire.ts';

const template = z
  .object({
    id,
    organizationId: id.describe('The managing organization that keeps it.'),
    name: z.string(),
    clientId: z.string().describe('Application (client) ID of the multi-tenant registration.'),
    cloud: z.enum(['global', 'us-government', 'china']),
    credential: z.enum(['none', 'secret']),
    clientSecretSetAt: instant.nullable(),
    credentialExpiresAt: instant.nullable().describe('As entered; null when not known.'),
    redirectUrls: z
      .object({ login: z.string(), consent: z.string() })
      .describe('Both have to be registered at the provider, as platform Web.'),
    use: z
      .object({
        inForce: z.int().describe('Organizations that log in through it.'),
        kept: z.int().describe('Connections that can still be switched back to.'),
        users: z.int().describe('Users of the former.'),
      })
      .describe('Who is affected by a change of the secret.'),
    version: z.int(),
    createdAt: instant,
  })
  .meta({ id: 'ConnectionTemplate' });
export type ConnectionTemplate = z.infer<typeof template>;

export const consentState = z.enum(['not-asked', 'made', 'sent', 'expired', 'consented', 'failed', 'tested', 'on']);
export type ConsentState = z.infer<typeof consentState>;

const consent = z
  .object({
    organization: z.object({ id, name: z.string(), method, users: z.int() }),
    state: consentState.describe(
      '`made`: a link that was not mailed; `consented`: the directory is not proven yet; `tested`: ready to turn on.',
    ),
    email: z.string().nullable().describe('Who was asked last, else an administrator of the organization.'),
    sentAt: instant.nullable(),
    expiresAt: instant.nullable(),
    directoryId: z.string().nullable().describe('Directory (tenant) ID; proven from `tested` on.'),
    consentedAt: instant.nullable(),
    testedAt: instant.nullable(),
    testedBy: z.string().nullable().describe('Sign-in name of the person whose login proved the directory.'),
    ownDomain: z.boolean().describe('The domain of `testedBy` is a mail domain of the organization.'),
    failure: explanation.nullable().describe('Why the last attempt failed.'),
    turnedOnAt: instant.nullable(),
  })
  .meta({ id: 'ConsentOfOrganization' });
export type ConsentOfOrganization = z.infer<typeof consent>;

/** What became of one organization of several; the others are not touched by a refusal. */
const result = z.object({
  organizationId: id,
  done: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why not.'),
});

const templates = '/organizations/{organizationId}/connection-templates';
const ofTemplate = z.strictObject({ organizationId: id, templateId: id });
const name = z.string().min(1).max(480);
const clientSecret = z.string().trim().min(1).max(1000).describe('Written, never read.');
const credentialExpiresAt = instant.nullable().describe('When the provider ends it; mails are sent before.');

export const templateRoutes = {
  listTemplates: route('GET', templates, {
    summary: 'Connection templates that an organization keeps for those below it, by name',
    params: inOrganization,
    query: z.strictObject({ ...paging, search }),
    output: pageOf(template, 'ConnectionTemplates'),
  }),
  createTemplate: route('POST', templates, {
    summary: 'Keep a multi-tenant registration once, for many organizations',
    params: inOrganization,
    body: z
      .strictObject({
        name,
        clientId: z.string().trim().min(1).max(255),
        cloud: z.enum(['global', 'us-government', 'china']).default('global'),
        clientSecret: clientSecret
          .optional()
          .describe('Left out: ID tokens are posted, and no secret is needed. That cannot be changed later.'),
        credentialExpiresAt: credentialExpiresAt.default(null),
      })
      .meta({ id: 'ConnectionTemplateToCreate' }),
    output: template,
    creates: true,
    freshFactor: true,
  }),
  getTemplate: route('GET', `${templates}/{templateId}`, {
    summary: 'One connection template, with who uses it',
    params: ofTemplate,
    output: template,
  }),
  changeTemplate: route('PATCH', `${templates}/{templateId}`, {
    summary: 'Rename it, or replace its client secret: that holds at once for all that use it',
    params: ofTemplate,
    body: z
      .strictObject({
        name: name.optional(),
        clientSecret: clientSecret.optional(),
        credentialExpiresAt: credentialExpiresAt.optional(),
        version,
      })
      .meta({ id: 'ConnectionTemplateChange' }),
    output: template,
    freshFactor: true,
  }),
  deleteTemplate: route('DELETE', `${templates}/{templateId}`, {
    summary: 'Delete a template that nobody uses; its open links end',
    params: ofTemplate,
    freshFactor: true,
  }),
  listConsents: route('GET', `${templates}/{templateId}/organizations`, {
    summary: 'Every organization below the template’s, with how far it is, by name',
    params: ofTemplate,
    query: z.strictObject({ ...paging, search, state: consentState.optional() }),
    output: pageOf(consent, 'ConsentsOfOrganizations').extend({
      states: z.record(z.string(), z.int()).describe('How many are in each state, with this search.'),
    }),
  }),
  askConsents: route('POST', `${templates}/{templateId}/consent-links`, {
    summary: 'Make consent links for several organizations, and mail them; each is answered apart',
    params: ofTemplate,
    body: z
      .strictObject({
        organizations: z
          .array(z.strictObject({ organizationId: id, email: z.string().min(1).max(500) }))
          .min(1)
          .max(50),
        send: z.boolean().default(true).describe('Mail each link; they are in this answer in any case.'),
      })
      .meta({ id: 'ConsentLinksToMake' }),
    output: z
      .object({
        results: z.array(
          result.extend({
            url: z.string().nullable().describe('The link, shown this once. A newer one ends it.'),
          }),
        ),
      })
      .meta({ id: 'ConsentLinksMade' }),
    freshFactor: true,
  }),
  turnOnConsents: route('POST', `${templates}/{templateId}/turn-on`, {
    summary: 'Turn several organizations on whose directory is proven, as Save; each is answered apart',
    params: ofTemplate,
    body: z
      .strictObject({
        organizations: z
          .array(z.strictObject({ organizationId: id, directoryId: z.string().max(36).describe('As it was shown.') }))
          .min(1)
          .max(20),
      })
      .meta({ id: 'ConsentsToTurnOn' }),
    output: z.object({ results: z.array(result) }).meta({ id: 'ConsentsTurnedOn' }),
    freshFactor: true,
  }),
  revokeConsent: route('POST', `${templates}/{templateId}/revoke`, {
    summary: 'End the link of an organization, and forget what was found out through it',
    params: ofTemplate,
    body: z.strictObject({ managedOrganizationId: id }).meta({ id: 'ConsentToRevoke' }),
  }),
};
