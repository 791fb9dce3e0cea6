import { z } from 'zod';
import { route } from './route.ts';
import {
  confirmation,
  id,
  inOrganization,
  instant,
  method,
  organizationName,
  pageOf,
  paging,
  role,
  searchOfPeople,
  version,
} from './wire.ts';

export const userStatus = z.enum(['pending', 'verified', 'disabled']);
/** How the mail of an invitation fares. `delayed`: tried and refused for now; `failed`: given up. */
export const delivery = z
  .object({
    state: z.enum(['waiting', 'sent', 'delayed', 'failed']),
    attempts: z.int(),
    sentAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    lastError: z.string().nullable().describe('Why it was not taken: whose fault, and what the mail server said.'),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof delivery>;

export const user = z
  .object({
    id,
    email: z.string(),
    name: z.string().nullable(),
    status: userStatus,
    role: role.nullable(),
    roleHeldBack: role.nullable().describe('Waits for an administrator: the person came with another address.'),
    breakGlass: z.boolean(),
    emailProven: z.boolean(),
    cameBySingleSignOn: z.boolean().describe('Made at the first login, not invited.'),
    awaitsDecision: z.boolean().describe('Somebody came for this user who may be another person: see `conflicts`.'),
    lastLoginAt: instant.nullable(),
    /** The newest invitation that is neither accepted nor revoked; null otherwise. */
    invitation: z.object({ id, expired: z.boolean(), expiresAt: instant, delivery: delivery.nullable() }).nullable(),
    version,
    createdAt: instant,
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof user>;

/** One user with what hangs on it: what disabling ends, what can be reset. */
export const userDetail = user
  .extend({
    organization: organizationName,
    mailsComeBack: z
      .object({ since: instant, reason: z.string() })
      .nullable()
      .describe('The last mail to this address could not be delivered. Nobody is kept from logging in by that.'),
    sessions: z.int().describe('Live ones, that disabling ends.'),
    authenticators: z.array(
      z.object({
        kind: z.enum(['password', 'totp', 'security-key']),
        name: z.string(),
        createdAt: instant,
        lastUsedAt: instant.nullable(),
        dormantSince: instant.nullable().describe('Refused since then: the organization logs in elsewhere.'),
      }),
    ),
    recoveryCodesLeft: z.int(),
    identities: z.array(
      z.object({
        method,
        issuer: z.string(),
        subject: z.string(),
        addressAtBinding: z.string().nullable(),
        statedAddress: z
          .string()
          .nullable()
          .describe("The address the provider states now, where it is another than the user's."),
        boundAt: instant,
        lastSeenAt: instant,
      }),
    ),
    identityResetAt: instant
      .nullable()
      .describe('The link was reset: whoever comes for this user next stands among the conflicts.'),
    addressProof: z
      .object({ sentAt: instant, expiresAt: instant })
      .nullable()
      .describe('The address was changed; the link mailed there was not opened yet.'),
    conflicts: z
      .array(
        z.object({
          id,
          issuer: z.string(),
          subject: z.string(),
          name: z.string().nullable(),
          address: z.string().nullable(),
          sameAddress: z.boolean().describe("Who came has this user's address."),
          reference: z.string().describe('Of the last refused login.'),
          firstSeenAt: instant,
          lastSeenAt: instant,
          tiedTo: z
            .object({ id, email: z.string(), name: z.string().nullable(), lastLoginAt: instant.nullable() })
            .nullable()
            .describe('The user the person who came logs in as until now; null for nobody.'),
          shown: z.string().describe('Names what was read here, for the decision.'),
        }),
      )
      .describe('Logins refused since this user is tied to another person at the identity provider.'),
    givenName: z.string().nullable(),
    familyName: z.string().nullable(),
    locale: z.string().nullable().describe('A language tag (BCP 47).'),
    consents: z
      .array(
        z.object({
          application: z.object({ id, name: z.string() }),
          owner: z.string().describe('Name of the organization that the application belongs to.'),
          scopes: z.array(z.string()).describe('About the user: scopes of OpenID Connect.'),
          permissions: z
            .array(z.object({ resource: z.string(), sentence: z.string() }))
            .describe('What it may do at API resources, in their words.'),
          grantedAt: instant,
        }),
      )
      .describe('What the user allows applications that are not first-party.'),
    applicationRoles: z.array(
      z.object({
        application: z.object({ id, name: z.string() }),
        organization: organizationName,
        roles: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'UserDetail' });
export type UserDetail = z.infer<typeof userDetail>;

const userChange = z
  .strictObject({
    name: z
      .string()
      .trim()
      .max(120)
      .nullable()
      .optional()
      .describe('As shown. Empty: given and family name, where there are any.'),
    givenName: z.string().trim().max(120).nullable().optional(),
    familyName: z.string().trim().max(120).nullable().optional(),
    locale: z.string().trim().max(35).nullable().optional().describe('A language tag (BCP 47), as `pt-BR`.'),
    role: role
      .nullable()
      .optional()
      .describe('Asks a fresh factor. Never more than the own; gives a held-back role, too.'),
    version,
  })
  .meta({ id: 'UserChange' });

const ofUser = z.strictObject({ organizationId: id, userId: id });
const ended = z.object({ sessions: z.int(), applications: z.int().describe('That had tokens in them.') });

export const userRoutes = {
  listUsers: route('GET', '/organizations/{organizationId}/users', {
    summary: "An organization's users, by address",
    params: inOrganization,
    query: z.strictObject({ ...paging, search: searchOfPeople, status: userStatus.optional() }),
    output: pageOf(user, 'Users'),
  }),
  getUser: route('GET', '/organizations/{organizationId}/users/{userId}', {
    summary: 'One user, with what hangs on it',
    params: ofUser,
    output: userDetail,
  }),
  changeUser: route('PATCH', '/organizations/{organizationId}/users/{userId}', {
    summary: 'Profile and role',
    params: ofUser,
    body: userChange,
    output: userDetail,
  }),
  disableUser: route('POST', '/organizations/{organizationId}/users/{userId}/disable', {
    summary: 'Disable: sessions and refresh tokens end at once',
    params: ofUser,
    output: z.object({ user: userDetail, ended }).meta({ id: 'DisabledUser' }),
  }),
  enableUser: route('POST', '/organizations/{organizationId}/users/{userId}/enable', {
    summary: 'Enable a disabled user',
    params: ofUser,
    output: userDetail,
  }),
  resetAuthenticators: route('POST', '/organizations/{organizationId}/users/{userId}/reset-authenticators', {
    summary: 'Remove apps, security keys and recovery codes: the next login enrolls anew. The user is told by mail',
    params: ofUser,
    output: userDetail,
    freshFactor: true,
  }),
  resetIdentity: route('POST', '/organizations/{organizationId}/users/{userId}/reset-identity', {
    summary:
      'End the tie to the identity provider (*Reset the link*): whoever comes for this user next waits for a decision',
    params: ofUser,
    output: userDetail,
    freshFactor: true,
  }),
  removeUser: route('DELETE', '/organizations/{organizationId}/users/{userId}', {
    summary: 'Remove a user for good',
    params: ofUser,
    query: z.strictObject({ confirm: confirmation }),
    output: z.object({ ended }).meta({ id: 'RemovedUser' }),
    freshFactor: true,
  }),
  setApplicationRoles: route(
    'PUT',
    '/organizations/{organizationId}/users/{userId}/application-roles/{applicationId}',
    {
      summary: 'What the user may do in an application for one organization in scope: replaces what was given',
      params: z.strictObject({ organizationId: id, userId: id, applicationId: id }),
      body: z
        .strictObject({
          organizationId: id.describe("The organization in scope: the user's own or one below it."),
          roles: z.array(z.string().regex(/^[a-z0-9][a-z0-9_.:-]{0,63}$/)).max(50),
        })
        .meta({ id: 'ApplicationRoles' }),
      output: userDetail,
      freshFactor: true,
    },
  ),
};
