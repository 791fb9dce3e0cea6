import { z } from 'zod';

/** An application registered at the provider; for a provider, Gatehouse is one. */
export const clientSchema = z.object({
  clientId: z.string().min(1),
  /** Absent: a public client. */
  clientSecret: z.string().optional(),
  /** Where it publishes its keys: it authenticates by `private_key_jwt`. */
  jwksUri: z.url().optional(),
  /** How the secret is sent; openid-client's own default is basic, many providers want post. */
  secretMethod: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_post'),
  /** Those it may name; `any` takes every one, for trying out. */
  redirectUris: z.union([z.array(z.string()), z.literal('any')]),
  postLogoutRedirectUris: z.array(z.string()).default([]),
  responseTypes: z.array(z.enum(['code', 'id_token'])).default(['code']),
  /** The only scopes it may ask for; absent: all. */
  scope: z.string().optional(),
});
export type RegisteredClient = z.output<typeof clientSchema>;

export const userSchema = z.object({
  /** The `sub` claim. */
  id: z.string(),
  email: z.string(),
  emailVerified: z.boolean().default(true),
  name: z.string(),
  /** The `preferred_username` claim; also accepted on the login page. */
  username: z.string().optional(),
  password: z.string(),
});
export type Person = z.output<typeof userSchema>;

export const configurationSchema = z.object({
  /** The product it looks like. */
  as: z.enum(['any', 'okta', 'keycloak', 'google']).default('any'),
  /** Shown on the pages; part of the cookie names, because ports do not separate cookies. */
  name: z.string().default('Contoso'),
  host: z.string().default('127.0.0.2'),
  port: z.int().default(0),
  /** The public address where it differs from the listening one (behind TLS); without the path of a product. */
  issuer: z.string().optional(),
  /** RFC 9207: announced in the metadata and sent with every response. */
  statesIssuer: z.boolean().default(true),
  /** Whether the metadata lists the auth method `none`, i.e. public clients. */
  listsPublicClients: z.boolean().default(true),
  /** Response types in the metadata. */
  responseTypes: z.array(z.enum(['code', 'id_token'])).default(['code', 'id_token']),
  /** Whether the login page names the people and their passwords, for demonstrations. */
  showsPeople: z.boolean().default(false),
  /** Whether the journal keeps answers beside requests. */
  keepsAnswers: z.boolean().default(false),
  clients: z.array(clientSchema).default([]),
  users: z.array(userSchema).default([]),
});
export type OpenIdConfiguration = z.output<typeof configurationSchema>;
