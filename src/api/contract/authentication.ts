import { z } from 'zod';
import { methodState } from './organizations.ts';
import { route } from './route.ts';
import { credential, id, inOrganization, instant, method, organizationName, version } from './wire.ts';

/**
 * What the pane *Authentication settings* saves. Beside `built-in` and `same-as-managing` there is one form for each
 * connector, read and described by the connector itself.
 */
export const authenticationSettings = z.looseObject({ method: method }).meta({ id: 'AuthenticationSettings' });
export type AuthenticationSettings = z.infer<typeof authenticationSettings>;

/** A failure of an identity provider in words, with what to do about it. */
export const explanation = z
  .object({
    code: z.string().describe('Stable, as `entra.50011` or `discovery.unreachable`.'),
    what: z.string(),
    fix: z.string().nullable(),
  })
  .meta({ id: 'Explanation' });
export type Explanation = z.infer<typeof explanation>;

const connectorSettings = z
  .record(z.string(), z.string())
  .describe('As entered, by the names of `AuthenticationSettings`; `flow` is `id-token` or `code`.');

const consentUrl = z
  .string()
  .nullable()
  .describe(
    'Where an administrator of an Entra ID directory agrees once for everybody: for an application registered in another directory, or where users may not agree. Null for other providers.',
  );

/** Null where the documents of the provider do not say. */
const announced = z.boolean().nullable();
/** Who logs in by a new connection first. */
export const enteredPilot = z
  .union([
    z.strictObject({
      percent: z
        .int()
        .min(1)
        .max(99)
        .describe('Share of the users, the same ones at each login and in a larger share.'),
    }),
    z.strictObject({
      addresses: z
        .string()
        .min(1)
        .max(60_000)
        .describe('Users by their addresses, at most 200, separated as in an invitation.'),
    }),
  ])
  .meta({ id: 'Pilot' });

export const confirmHost = z
  .string()
  .max(300)
  .optional()
  .describe(
    'The host of the provider, typed once more; needed where the check names one in `confirmHost`: it is neither well known nor below a verified domain.',
  );

const pilot = z
  .object({
    percent: z.int().nullable(),
    named: z.int().nullable().describe('How many users are named.'),
    users: z.int().describe('How many users are in it now, disabled ones left out.'),
    previous: method.describe('What the others log in by.'),
  })
  .meta({ id: 'RunningPilot' });

export const connection = z
  .object({
    id,
    method,
    state: z.enum(['unconfirmed', 'active', 'previous']),
    issuer: z.string(),
    settings: connectorSettings,
    credential: credential,
    clientSecretSetAt: instant.nullable(),
    ownSecret: z
      .boolean()
      .describe('Has a client secret of its own, and so `client-secrets`; false also for a template’s.'),
    credentialExpiresAt: instant
      .nullable()
      .describe('When the client secret expires, as entered, or the certificate; null where that is not known.'),
    clientKeys: id.nullable().describe('Id of `ClientKeys`, where the credential is a key.'),
    redirectUrl: z.string().describe('What is registered at the provider.'),
    consentUrl,
    configuredAt: instant,
    confirmedAt: instant.nullable(),
    unconfirmedUntil: instant.nullable().describe('Until then the previous method works beside it, unless confirmed.'),
    lastSuccessAt: instant.nullable(),
    failingSince: instant.nullable(),
    lastFailure: explanation.nullable().describe('Newer than the last success; the cause when `failingSince` is set.'),
    lastFailureAt: instant.nullable(),
    offer: z
      .object({ setting: z.string(), value: z.string() })
      .nullable()
      .describe('What mends `lastFailure`: a member of `AuthenticationSettings` and its value, to be saved.'),
    notes: z.array(explanation).describe('What logins found out that may be mended, though they succeed.'),
    revertedAt: instant.nullable().describe('When it went back by itself because its provider does not accept it.'),
    unreturned: z.int().describe('Logins that went to the provider since the last success and did not come back.'),
    unreturnedSince: instant.nullable(),
    authTime: z
      .enum(['stated', 'missing'])
      .nullable()
      .describe(
        'Whether the provider states when people log in (`auth_time`). `missing`: administrators confirm changes with a second factor of this service. Null while not known.',
      ),
    logout: z
      .object({
        atProvider: z
          .boolean()
          .describe('Who logs out here is sent to the provider to log out there, too. Off unless switched on.'),
        endSessionHost: z
          .string()
          .nullable()
          .describe('Host of the page where people log out of the provider; null where it has none.'),
        announcesBackChannel: announced.describe('Whether the provider announces back-channel logout (logout tokens).'),
        announcesFrontChannel: announced.describe('Whether the provider announces front-channel logout (an iframe).'),
      })
      .describe('Logout at the identity provider, as its discovery document announces it.'),
    hold: z
      .object({
        id: z.string().describe('Names exactly these changes; `confirmProvider` takes it.'),
        since: instant,
        changes: z.array(z.string()).describe('What changed, in sentences.'),
        confirmable: z
          .boolean()
          .describe('False where the provider names another issuer: then settings are saved anew.'),
      })
      .nullable()
      .describe('What the provider changed and nobody confirmed yet. Until then nobody is sent there.'),
    providerRead: z
      .object({ at: instant, fault: explanation.nullable() })
      .describe(
        'When metadata and signing keys were last read as they must be; `fault`: why the last reading was of no use. Logins go on with those read last.',
      ),
    version,
  })
  .meta({ id: 'Connection' });
export type Connection = z.infer<typeof connection>;

export const authentication = z
  .object({
    organization: organizationName,
    method,
    state: methodState,
    /** What holds when the method is `same-as-managing`; otherwise the method itself. */
    inForce: z.object({ method, from: organizationName }),
    connection: connection.nullable(),
    /** What *Switch back* returns to; null when there is nothing, or its 30 days are over. */
    switchBack: z.object({ method, connection: connection.nullable(), until: instant.nullable() }).nullable(),
    mayFollowManaging: z.boolean().describe('False for the root.'),
    pilot: pilot.nullable().describe('Null while the connection holds for everybody.'),
    /** Our redirect URLs, what the guide shows for copying: `none` takes posted ID tokens, `secret` takes codes. */
    redirectUrls: z.object({ none: z.string(), secret: z.string() }),
    logoutUrls: z
      .object({
        afterLogout: z.string().describe('Post-logout redirect URI: where the provider sends people back to.'),
        frontChannel: z.string().describe('Front-channel logout URI: opened by its page, in an iframe.'),
        backChannel: z.string().describe('Back-channel logout URI: called by its server.'),
      })
      .describe('Our addresses for logout, to be registered at the provider.'),
    users: z.int(),
    /** Proposed for routing, confirmed in the Save dialog; see Organization. */
    proposedDomain: z.string().nullable(),
    version: version.describe("The organization's."),
  })
  .meta({ id: 'Authentication' });
export type Authentication = z.infer<typeof authentication>;

/** What the provider answered and who would be affected. Nothing is changed by asking. */
export const authenticationCheck = z
  .object({
    ok: z.boolean().describe('Whether Save would go through.'),
    problem: explanation.nullable(),
    notes: z.array(explanation).describe('What was left out or looks wrong, and keeps nobody from saving.'),
    provider: z
      .object({
        issuer: z.string(),
        host: z.string().describe('Where people will log in.'),
        settings: connectorSettings,
        consentUrl,
      })
      .nullable(),
    redirectUrl: z.string().nullable().describe('The one to register at the provider for this choice.'),
    affected: z.object({
      users: z.int().describe('Who will log in the new way.'),
      domains: z
        .array(z.object({ domain: z.string(), users: z.int() }))
        .describe('Their mail domains, most users first.'),
      breakGlass: z.int().describe('Who keeps /login/emergency.'),
      withRole: z.int().describe('Who has a console role: their changes ask for a fresh login at the provider.'),
      sessions: z.int().describe('Live ones that end within 12 hours, or at once.'),
      followers: z.int().describe('Managed organizations with *Same as the managing organization*.'),
      mailedCode: z
        .int()
        .describe('Who is first matched by the address, and gets a code mailed unless the provider proves it.'),
      keepsIdentities: z.boolean().describe('Who is tied to an account of the provider stays so.'),
      provenByDomain: z
        .boolean()
        .describe(
          'An address at a verified domain needs no mailed code; false where `addressClaim` is another than `email`.',
        ),
    }),
    confirmHost: z.string().nullable().describe('The host to type once more with Save; null where it is known.'),
    proposedDomain: z.string().nullable(),
  })
  .meta({ id: 'AuthenticationCheck' });
export type AuthenticationCheck = z.infer<typeof authenticationCheck>;

/** An Entra ID directory found from a mail domain. */
const directoryProposal = z
  .object({
    directoryId: z.string(),
    cloud: z.enum(['global', 'us-government', 'china']),
    domain: z.string(),
    source: z.enum(['organization-domain', 'user-domain', 'administrator-address', 'asked']),
  })
  .meta({ id: 'DirectoryProposal' });
export const authenticationRoutes = {
  getAuthentication: route('GET', '/organizations/{organizationId}/authentication', {
    summary: 'How the people of an organization log in',
    params: inOrganization,
    output: authentication,
  }),
  proposeDirectory: route('GET', '/organizations/{organizationId}/authentication/directory-proposal', {
    summary: "The Entra ID directory of the organization's mail domains, or of one asked for",
    params: inOrganization,
    query: z.strictObject({ domain: z.string().trim().max(300).optional() }),
    output: z.object({ proposal: directoryProposal.nullable() }).meta({ id: 'DirectoryProposals' }),
  }),
  checkAuthentication: route('POST', '/organizations/{organizationId}/authentication/check', {
    summary: 'Try settings without saving: does the provider answer, who is affected',
    params: inOrganization,
    body: z.strictObject({ settings: authenticationSettings }).meta({ id: 'AuthenticationToCheck' }),
    output: authenticationCheck,
  }),
  saveAuthentication: route('PUT', '/organizations/{organizationId}/authentication', {
    summary: 'Save: checked against the provider, then live as unconfirmed beside the previous method',
    params: inOrganization,
    body: z
      .strictObject({
        settings: authenticationSettings,
        endSessions: z.enum(['within-12-hours', 'at-once']).default('within-12-hours'),
        routeDomains: z
          .array(z.string().max(300))
          .max(20)
          .default([])
          .describe('Domains to steer here in the same step.'),
        confirmHost,
        pilot: enteredPilot
          .nullable()
          .optional()
          .describe('Null: it holds for everybody. Left out: a running pilot goes on, else everybody.'),
        version,
      })
      .meta({ id: 'AuthenticationToSave' }),
    output: authentication,
    freshFactor: true,
  }),
  confirmProvider: route('POST', '/organizations/{organizationId}/authentication/confirm-provider', {
    summary: 'Confirm what changed at the identity provider: the hold ends, logins go by what was shown',
    params: inOrganization,
    body: z
      .strictObject({
        hold: z
          .string()
          .max(100)
          .describe('`connection.hold.id`, as it was shown, of the connection or of `switchBack.connection`.'),
      })
      .meta({ id: 'ProviderToConfirm' }),
    output: authentication,
    freshFactor: true,
  }),
  switchBack: route('POST', '/organizations/{organizationId}/authentication/switch-back', {
    summary: 'Return to the method before, within 30 days',
    params: inOrganization,
    body: z.strictObject({ version }).meta({ id: 'SwitchBack' }),
    output: authentication,
    freshFactor: true,
  }),
  switchProviderLogout: route('PUT', '/organizations/{organizationId}/authentication/logout', {
    summary: 'Whether people who log out here are sent to the identity provider to log out there, too',
    params: inOrganization,
    body: z
      .strictObject({ atProvider: z.boolean(), version: version.describe("The connection's.") })
      .meta({ id: 'ProviderLogout' }),
    output: authentication,
    freshFactor: true,
  }),
};
