import { z } from 'zod';
import { authenticationSettings, explanation } from '../authentication.ts';
import { route } from '../route.ts';
import { id, inOrganization, instant, method, pageOf, paging } from '../wire.ts';

const trialRun = z
  .object({
    recipient: z.string().nullable().describe('The address the link was mailed to; null for who began the test.'),
    state: z
      .enum(['ready', 'sent', 'passed', 'failed'])
      .describe('`ready`: not begun; `sent`: at the provider, not back yet; then what came of it.'),
    sentAt: instant.nullable(),
    finishedAt: instant.nullable(),
    expiresAt: instant,
    checks: z.array(
      z.object({
        check: z.string().describe('In the order of a round trip, from `provider` to `claims`.'),
        name: z.string(),
        state: z.enum(['passed', 'failed', 'not-checked', 'not-needed']),
      }),
    ),
    problem: explanation.nullable().describe('Why it failed; while `sent`, what keeps people on the provider’s page.'),
    supplement: explanation
      .nullable()
      .describe('What went wrong at the userinfo endpoint, though a login succeeds without it.'),
    concernsRedirectUrl: z.boolean().describe('The cause may be the registration of `redirectUrl`.'),
    providerCode: z.string().nullable().describe('The provider’s own code for the failure.'),
    correlationId: z.string().nullable().describe('What the provider’s support asks for.'),
    claims: z.record(z.string(), z.string()).nullable().describe('What the provider stated; never a token.'),
    person: z
      .object({ name: z.string().nullable(), address: z.string().nullable() })
      .nullable()
      .describe(
        'What the person would be called by the tested settings, and with which address; null unless it passed.',
      ),
    unmapped: z.array(explanation).describe('Claims chosen for address or name that gave nothing.'),
    logout: z
      .string()
      .nullable()
      .describe('Which kinds of logout the provider announces, in words; null unless it passed.'),
    outcome: z
      .object({
        code: z.string().describe('`log-in`, `bind`, `ask`, or why the person would be refused.'),
        sentence: z.string(),
        account: z.string().nullable().describe('Address of the user it is about.'),
        admitted: z.boolean().describe('The person would get in, with a mailed code if one is asked for.'),
      })
      .nullable()
      .describe('What a login would decide; null unless every check passed.'),
  })
  .meta({ id: 'TrialRun' });

/** A test of a connection: a round trip at its provider that logs nobody in. */
const trial = z
  .object({
    id,
    method,
    inForce: z.boolean().describe('Tests the connection in force; false for settings that were not saved.'),
    nextSecret: z.boolean().describe('With the client secret that was the next one then.'),
    begunBy: z.string().nullable(),
    begunAt: instant,
    expiresAt: instant.describe('Then settings, links and results are deleted.'),
    redirectUrl: z.string(),
    run: trialRun,
    mailed: z.array(trialRun),
  })
  .meta({ id: 'Trial' });
export type Trial = z.infer<typeof trial>;

/** What a person would be called, by claims of a test and a mapping that is only typed. */
const mappingPreview = z
  .object({
    test: z
      .object({
        id,
        who: z.string().nullable().describe('Whose claims they are: to whom the test was mailed, or who began it.'),
        finishedAt: instant.nullable(),
        issuer: z.string(),
      })
      .nullable()
      .describe('Null: no test passed yet, so nothing is known.'),
    name: z.string().nullable(),
    address: z.string().nullable().describe('Shown, and what people are found by; never proven unless it is `email`.'),
    unmapped: z.array(explanation).describe('Chosen claims that gave nothing.'),
    claims: z.array(z.string()).describe('Names of the claims that came and can be chosen; no values.'),
  })
  .meta({ id: 'MappingPreview' });
export type MappingPreview = z.infer<typeof mappingPreview>;

const inTrial = z.strictObject({ organizationId: id, trialId: id });

export const trialRoutes = {
  beginTrial: route('POST', '/organizations/{organizationId}/authentication/trials', {
    summary: 'Test: try settings, or the connection in force, by a real round trip at the provider',
    params: inOrganization,
    body: z
      .strictObject({
        settings: authenticationSettings
          .nullable()
          .default(null)
          .describe('As for Save, and not saved; null: the connection in force.'),
        nextSecret: z
          .boolean()
          .default(false)
          .describe('With `settings` null: the connection in force with its next client secret.'),
      })
      .meta({ id: 'TrialToBegin' }),
    output: z
      .object({ trial, url: z.string().describe('Opened in a browser it begins the round trip. Shown this once.') })
      .meta({ id: 'BegunTrial' }),
  }),
  listTrials: route('GET', '/organizations/{organizationId}/authentication/trials', {
    summary: 'Tests that have not ended, the newest first',
    params: inOrganization,
    query: z.strictObject(paging),
    output: pageOf(trial, 'Trials'),
  }),
  previewMapping: route('POST', '/organizations/{organizationId}/authentication/mapping-preview', {
    summary: 'What a person of a test would be called, and with which address, by other claims. Changes nothing',
    params: inOrganization,
    body: z
      .strictObject({
        method,
        addressClaim: z.string().max(500).default('').describe('As in `AuthenticationSettings`.'),
        nameClaim: z.string().max(500).default(''),
        trialId: id.nullable().default(null).describe('Null: the newest test that passed.'),
      })
      .meta({ id: 'MappingToPreview' }),
    output: mappingPreview,
  }),
  getTrial: route('GET', '/organizations/{organizationId}/authentication/trials/{trialId}', {
    summary: 'One test: how far it is, and what came of it',
    params: inTrial,
    output: trial,
  }),
  mailTrial: route('POST', '/organizations/{organizationId}/authentication/trials/{trialId}/mail', {
    summary: 'Mail the test to a person of the organization, who needs no account; valid 7 days',
    params: inTrial,
    body: z.strictObject({ email: z.string().trim().max(300) }).meta({ id: 'TrialToMail' }),
    output: trial,
    creates: true,
  }),
  endTrial: route('DELETE', '/organizations/{organizationId}/authentication/trials/{trialId}', {
    summary: 'End a test: its links lead nowhere, settings and results are deleted',
    params: inTrial,
  }),
};
