import { z } from 'zod';
import { authentication, authenticationCheck, confirmHost, enteredPilot, explanation } from '../authentication.ts';
import { route } from '../route.ts';
import { credential, id, inOrganization, instant, method, pageOf, paging, search, version } from '../wire.ts';

/** What the holder of a link prepared: not in force before *Turn on*. */
const draft = z
  .object({
    method,
    issuer: z.string(),
    host: z.string().describe('Where people would log in.'),
    settings: z.record(z.string(), z.string()).describe('As entered; no secret.'),
    credential: credential,
    redirectUrl: z.string().describe('What has to be registered at the provider.'),
    checkedAt: instant.nullable().describe('When the provider was asked and the settings held.'),
    test: z
      .enum(['passed', 'failed'])
      .nullable()
      .describe('What came of the holder’s *Test*; null when there was none.'),
    testedAt: instant.nullable(),
    notes: z.array(explanation).describe('What looked wrong, without keeping anybody from going on.'),
    nextSecret: z
      .boolean()
      .describe('For the client and provider of the connection in force: its secret can be taken as the next one.'),
    outdated: z.boolean().describe('The method or connection in force was changed after this was prepared.'),
  })
  .meta({ id: 'DraftConnection' });

const setupLink = z
  .object({
    id,
    email: z.string().describe('The mailbox that may use the link.'),
    state: z
      .enum([
        'sent',
        'opened',
        'handed-over',
        'turned-on',
        'next-secret',
        'secret-in-use',
        'discarded',
        'expired',
        'revoked',
      ])
      .describe('`next-secret`: its client secret was entered as the next one; `secret-in-use`: and is in use.'),
    step: z
      .enum(['provider', 'domain', 'guide', 'values', 'test', 'hand-over'])
      .nullable()
      .describe('The furthest step reached; null before the mailbox was proven.'),
    madeBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    openedAt: instant.nullable(),
    remindedAt: instant.nullable(),
    handedOverAt: instant.nullable(),
    handedOverFrom: z.string().nullable().describe('Network address, as the organization keeps them.'),
    domain: z.object({ domain: z.string(), verified: z.boolean() }).nullable(),
    draft: draft.nullable(),
  })
  .meta({ id: 'SetupLink' });
export type SetupLink = z.infer<typeof setupLink>;

const ofSetupLink = z.strictObject({ organizationId: id, setupLinkId: id });

export const setupLinkRoutes = {
  listSetupLinks: route('GET', '/organizations/{organizationId}/setup-links', {
    summary: 'Setup links, the newest first, with how far each got',
    params: inOrganization,
    query: z.strictObject({ ...paging, search }),
    output: pageOf(setupLink, 'SetupLinks'),
  }),
  createSetupLink: route('POST', '/organizations/{organizationId}/setup-links', {
    summary: 'Make a setup link for one mailbox: mailed there, valid for 7 days; it is in this answer and nowhere else',
    params: inOrganization,
    body: z.strictObject({ email: z.string().min(1).max(500) }).meta({ id: 'SetupLinkToCreate' }),
    output: z
      .object({
        setupLink,
        url: z.string().describe('Shown this once. It opens nothing without a code from the mailbox.'),
      })
      .meta({ id: 'SetupLinkWithUrl' }),
    creates: true,
  }),
  revokeSetupLink: route('POST', '/organizations/{organizationId}/setup-links/{setupLinkId}/revoke', {
    summary: 'Revoke a setup link: what was prepared with it is deleted',
    params: ofSetupLink,
    output: setupLink,
  }),
  checkDraft: route('POST', '/organizations/{organizationId}/setup-links/{setupLinkId}/check', {
    summary: 'Ask the provider of a draft again, and who would be affected',
    params: ofSetupLink,
    output: authenticationCheck,
  }),
  turnOnDraft: route('POST', '/organizations/{organizationId}/setup-links/{setupLinkId}/turn-on', {
    summary: 'Turn a draft on, as Save: live as unconfirmed beside the previous method',
    params: ofSetupLink,
    body: z
      .strictObject({
        endSessions: z.enum(['within-12-hours', 'at-once']).default('within-12-hours'),
        routeDomains: z.array(z.string().max(300)).max(20).default([]),
        confirmHost,
        pilot: enteredPilot
          .nullable()
          .optional()
          .describe('Null: it holds for everybody. Left out: a running pilot goes on, else everybody.'),
        despiteChange: z.boolean().default(false).describe('Turn on a draft that is `outdated`.'),
        version,
      })
      .meta({ id: 'DraftToTurnOn' }),
    output: authentication,
    freshFactor: true,
  }),
  takeDraftSecret: route('POST', '/organizations/{organizationId}/setup-links/{setupLinkId}/next-secret', {
    summary: 'Take the client secret of a draft as the next one of the connection in force, which stays as it is',
    params: ofSetupLink,
    output: setupLink,
    freshFactor: true,
  }),
  discardDraft: route('POST', '/organizations/{organizationId}/setup-links/{setupLinkId}/discard', {
    summary: 'Discard a draft: it is deleted with its secret',
    params: ofSetupLink,
    output: setupLink,
  }),
};
