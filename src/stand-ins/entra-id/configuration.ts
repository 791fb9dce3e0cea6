import { z } from 'zod';

const guid = z.guid().toLowerCase();

/** A directory (Microsoft says tenant): one customer's people and registrations. */
export const directorySchema = z.object({
  id: guid,
  name: z.string(),
  /** Verified domains; `{domain}/v2.0/.well-known/…` answers for each. */
  domains: z.array(z.string().toLowerCase()).default([]),
});
export type Directory = z.output<typeof directorySchema>;

/** An app registration. */
export const appSchema = z.object({
  clientId: guid,
  directory: guid,
  /** Supported account types: any directory, each of which consents first. */
  multiTenant: z.boolean().default(false),
  name: z.string().default('Gatehouse'),
  /** The platform decides whether a credential is demanded (web), refused (public) or a browser is (spa). */
  redirectUris: z.array(z.object({ uri: z.string(), platform: z.enum(['web', 'spa', 'public']).default('web') })),
  /** Takes every redirect URI, as one of this platform; for trying out. */
  anyRedirectUri: z.enum(['web', 'spa', 'public']).optional(),
  /** Authentication → *ID tokens* is ticked. */
  idTokens: z.boolean().default(false),
  secrets: z.array(z.object({ id: z.string(), value: z.string(), expiresAt: z.iso.datetime().optional() })).default([]),
  /** PEM of uploaded certificates. */
  certificates: z.array(z.string()).default([]),
  federatedCredentials: z
    .array(z.object({ issuer: z.string(), subject: z.string(), audience: z.string() }))
    .default([]),
  /** Authentication → *Front-channel logout URL*. */
  frontChannelLogoutUrl: z.url().optional(),
  optionalClaims: z.array(z.enum(['email', 'xms_edov', 'acct', 'sid', 'login_hint', 'auth_time', 'upn'])).default([]),
  /** Microsoft sends `xms_edov` as `true` or as `"1"`. */
  edovAsText: z.boolean().default(false),
  assignmentRequired: z.boolean().default(false),
  /** Object ids of the people assigned. */
  assigned: z.array(guid).default([]),
  disabled: z.boolean().default(false),
  /** `ask` shows the consent dialog once, `admin` the page *Need admin approval*. */
  consent: z.enum(['granted', 'ask', 'admin']).default('granted'),
});
export type App = z.output<typeof appSchema>;

/** A user object in one directory; a guest is one whose account lives in another. */
export const userSchema = z.object({
  oid: guid,
  directory: guid,
  /** The sign-in name. Of a guest: the one in the home directory. */
  upn: z.string(),
  name: z.string(),
  password: z.string().default('unused: a guest logs in at home'),
  /** The mail attribute, which an administrator of the directory may set to anything. */
  mail: z.string().optional(),
  /** The mail's domain is verified by its owner (`xms_edov`). */
  mailDomainVerified: z.boolean().default(false),
  /** What `preferred_username` says where it is not the UPN, e.g. a phone number. */
  preferredUsername: z.string().optional(),
  /** The home directory of a guest. */
  guestFrom: guid.optional(),
  disabled: z.boolean().default(false),
});
export type User = z.output<typeof userSchema>;

export const configurationSchema = z.object({
  host: z.string().default('127.0.0.2'),
  port: z.int().default(0),
  /** The public origin where it differs from the listening one (behind TLS). */
  origin: z.string().optional(),
  /** Whether the login page names the people and their passwords, for demonstrations. */
  showsPeople: z.boolean().default(false),
  /** Whether the journal keeps answers beside requests. */
  keepsAnswers: z.boolean().default(false),
  directories: z.array(directorySchema).default([]),
  apps: z.array(appSchema).default([]),
  users: z.array(userSchema).default([]),
});
export type EntraConfiguration = z.output<typeof configurationSchema>;
