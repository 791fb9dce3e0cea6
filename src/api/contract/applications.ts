import { z } from 'zod';
import { applicationState } from './applications/health.ts';
import { route } from './route.ts';
import {
  confirmation,
  id,
  inOrganization,
  instant,
  organizationName,
  pageOf,
  paging,
  search,
  version,
} from './wire.ts';

const uri = z.string().trim().min(1).max(2000);
const uris = z.array(uri).max(50);

/** What each setting means; one sentence for the reference and for the form of the console. */
const ABOUT = {
  kind: 'web keeps a secret on a server; browser runs in the browser and native is installed: those two are public clients, without a secret. machine acts for itself, without a person: it gets access tokens for API resources (client credentials) and has no redirect URI. Cannot be changed.',
  firstParty: 'People are not asked for consent. Set by administrators of the root alone.',
  redirectUris:
    'Where authorization codes are sent: https, or http on a loopback address; compared exactly. Native: also a scheme of its own.',
  postLogoutRedirectUris: 'Where a browser may return to after a logout; compared exactly.',
  initiateLoginUri: 'Where its own login starts; it is opened from *Your applications*.',
  backchannelLogoutUri: 'Gets a logout token when a session ends (OpenID Connect Back-Channel Logout).',
  clientAuthentication:
    'How it authenticates at the token endpoint. private_key_jwt never sends a secret and is the strongest; browser and native have none.',
  jwks: 'Its public keys (RFC 7517) for private_key_jwt: RSA of 2048 bits or more, EC or Ed25519.',
  signingAlgorithm:
    'What its ID tokens are signed with. ES256 is smaller and ten times cheaper to sign; RS256 is taken by all software.',
  refreshTokens:
    'It gets a refresh token with each login, so that it can ask for new access tokens without the browser.',
  rotateRefreshTokens:
    'Each refresh gives a new refresh token and invalidates the one before. Browser and native applications always rotate.',
  highSecurity:
    'Held to the FAPI 2.0 Security Profile: authorization requests are pushed (PAR), tokens bound by DPoP, private_key_jwt, ID tokens by ES256, https alone. It decides these settings; leave them out. Web applications only.',
  actsForUsers:
    'May exchange a user’s access token for one of its own that names it as actor (RFC 8693). Set by administrators of the root alone; applications with a secret or a key.',
  deviceLogin:
    'Devices without a browser (a television, a command line elsewhere) log people in with it by a code that is entered in a browser (RFC 8628). Native alone; it needs no redirect URI then.',
  offline: 'Refresh tokens outlive the session, up to 30 days. Weaker: logging out does not end them.',
  unprovenAddresses:
    'It gets email addresses that nobody proved, with email_verified false. Weaker: it must not find accounts by address.',
  withoutPkce:
    'Takes logins without PKCE (RFC 7636), for server software that cannot send it. Weaker: a stolen authorization code is bound to nothing but the client secret.',
  preset: 'The program it is, by the preset that filled in these settings (a folder of works-with/applications).',
  access: 'Narrows it to these organizations and those below; empty: the owner and all below.',
} as const;

const CLIENT_AUTHENTICATIONS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
const signingAlgorithm = z.enum(['ES256', 'RS256']).describe(ABOUT.signingAlgorithm);
const kind = z.enum(['web', 'browser', 'native', 'machine']).describe(ABOUT.kind);
const clientAuthentication = z.enum(CLIENT_AUTHENTICATIONS).describe(ABOUT.clientAuthentication);
const jwks = z.looseObject({ keys: z.array(z.looseObject({})).max(10) }).describe(ABOUT.jwks);

export const application = z
  .object({
    id,
    clientId: z.string(),
    name: z.string(),
    organization: organizationName.describe('Its owner.'),
    kind,
    firstParty: z.boolean().describe(ABOUT.firstParty),
    redirectUris: uris.describe(ABOUT.redirectUris),
    postLogoutRedirectUris: uris.describe(ABOUT.postLogoutRedirectUris),
    initiateLoginUri: z.string().nullable().describe(ABOUT.initiateLoginUri),
    backchannelLogoutUri: z.string().nullable().describe(ABOUT.backchannelLogoutUri),
    clientAuthentication: z.enum([...CLIENT_AUTHENTICATIONS, 'none']).describe(ABOUT.clientAuthentication),
    jwks: z.looseObject({}).nullable().describe(ABOUT.jwks),
    signingAlgorithm,
    refreshTokens: z.boolean().describe(ABOUT.refreshTokens),
    rotateRefreshTokens: z.boolean().describe(ABOUT.rotateRefreshTokens),
    highSecurity: z.boolean().describe(ABOUT.highSecurity),
    deviceLogin: z.boolean().describe(ABOUT.deviceLogin),
    actsForUsers: z.boolean().describe(ABOUT.actsForUsers),
    offline: z.boolean().describe(ABOUT.offline),
    unprovenAddresses: z.boolean().describe(ABOUT.unprovenAddresses),
    withoutPkce: z.boolean().describe(ABOUT.withoutPkce),
    preset: z.string().nullable().describe(ABOUT.preset),
    access: z.array(organizationName).describe(ABOUT.access),
    version,
    createdAt: instant,
  })
  .meta({ id: 'Application' });
export type Application = z.infer<typeof application>;

export const listedApplication = application.extend({ health: applicationState }).meta({ id: 'ListedApplication' });
export type ListedApplication = z.infer<typeof listedApplication>;

const settings = {
  name: z.string().trim().min(1).max(120),
  redirectUris: uris.describe(ABOUT.redirectUris),
  postLogoutRedirectUris: uris.optional().describe(ABOUT.postLogoutRedirectUris),
  initiateLoginUri: uri.nullable().optional().describe(ABOUT.initiateLoginUri),
  backchannelLogoutUri: uri.nullable().optional().describe(ABOUT.backchannelLogoutUri),
  clientAuthentication: clientAuthentication.optional(),
  jwks: jwks.optional(),
  signingAlgorithm: signingAlgorithm.optional(),
  refreshTokens: z.boolean().optional().describe(ABOUT.refreshTokens),
  rotateRefreshTokens: z.boolean().optional().describe(ABOUT.rotateRefreshTokens),
  highSecurity: z.boolean().optional().describe(ABOUT.highSecurity),
  deviceLogin: z.boolean().optional().describe(ABOUT.deviceLogin),
  actsForUsers: z.boolean().optional().describe(ABOUT.actsForUsers),
  offline: z.boolean().optional().describe(ABOUT.offline),
  unprovenAddresses: z.boolean().optional().describe(ABOUT.unprovenAddresses),
  withoutPkce: z.boolean().optional().describe(ABOUT.withoutPkce),
  firstParty: z.boolean().optional().describe(ABOUT.firstParty),
  access: z.array(id).max(200).optional().describe(ABOUT.access),
};

/** A plain word: one that this server does not know is kept, so that a newer console can register by it. */
const preset = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
  .describe(ABOUT.preset);

const applicationToRegister = z
  .strictObject({ ...settings, redirectUris: settings.redirectUris.optional(), kind, preset: preset.optional() })
  .meta({ id: 'ApplicationToRegister' });

const applicationChange = z
  .strictObject({
    ...settings,
    name: settings.name.optional(),
    redirectUris: settings.redirectUris.optional(),
    version,
  })
  .meta({ id: 'ApplicationChange' });

const changedApplication = application
  .extend({
    clientSecret: z
      .string()
      .optional()
      .describe('A new client secret, shown this once: the application left private_key_jwt.'),
  })
  .meta({ id: 'ChangedApplication' });

const ofApplication = z.strictObject({ organizationId: id, applicationId: id });
const withSecret = z
  .object({ application, clientSecret: z.string().nullable().describe('Shown this once.') })
  .meta({ id: 'ApplicationWithSecret' });

export const applicationRoutes = {
  listApplications: route('GET', '/organizations/{organizationId}/applications', {
    summary: 'Applications an organization owns, by name',
    params: inOrganization,
    query: z.strictObject({ ...paging, search }),
    output: pageOf(listedApplication, 'Applications'),
  }),
  registerApplication: route('POST', '/organizations/{organizationId}/applications', {
    summary: 'Register an application; the client secret is in this answer and nowhere else',
    params: inOrganization,
    body: applicationToRegister,
    output: withSecret,
    creates: true,
    freshFactor: true,
  }),
  getApplication: route('GET', '/organizations/{organizationId}/applications/{applicationId}', {
    summary: 'One application',
    params: ofApplication,
    output: application,
  }),
  changeApplication: route('PATCH', '/organizations/{organizationId}/applications/{applicationId}', {
    summary: 'Change an application; changed redirect URIs are mailed to administrators',
    params: ofApplication,
    body: applicationChange,
    output: changedApplication,
    freshFactor: true,
  }),
  rotateSecret: route('POST', '/organizations/{organizationId}/applications/{applicationId}/rotate-secret', {
    summary: 'A new client secret, shown once; all before are invalid at once. With an overlap: makeApplicationSecret',
    params: ofApplication,
    output: withSecret,
    creates: true,
    freshFactor: true,
  }),
  tryApplication: route('POST', '/organizations/{organizationId}/applications/{applicationId}/try', {
    summary: 'Begin to try an application as the caller: what its authorization request is sent with',
    params: ofApplication,
    body: z
      .strictObject({
        codeChallenge: z
          .string()
          .regex(/^[A-Za-z0-9_-]{43}$/)
          .describe('Of the code verifier that the browser keeps (RFC 7636, S256).'),
      })
      .meta({ id: 'TryToBegin' }),
    output: z
      .object({
        clientId: z.string().describe('A client beside the application, for trying it alone.'),
        redirectUri: z.string(),
        ticket: z.string().describe('The parameter `try_ticket` of the authorization request; valid for ten minutes.'),
      })
      .meta({ id: 'BegunTry' }),
  }),
  removeApplication: route('DELETE', '/organizations/{organizationId}/applications/{applicationId}', {
    summary: 'Remove an application for good',
    params: ofApplication,
    query: z.strictObject({ confirm: confirmation }),
    freshFactor: true,
  }),
};
