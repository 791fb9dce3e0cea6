import { z } from 'zod';

/** An application registered at Contoso; for Contoso, Gatehouse is one. */
export const clientSchema = z.object({
  clientId: z.string().min(1),
  /** Absent: a public client. */
  clientSecret: z.string().optional(),
  /** How the secret is sent; openid-client's own default is basic, many providers want post. */
  secretMethod: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_post'),
  redirectUris: z.array(z.string()),
  postLogoutRedirectUris: z.array(z.string()).default([]),
  responseTypes: z.array(z.enum(['code', 'id_token'])).default(['code']),
  /** The only scopes it may ask for; absent: all. */
  scope: z.string().optional(),
});
export type ContosoClient = z.output<typeof clientSchema>;

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
export type ContosoUser = z.output<typeof userSchema>;

export const configurationSchema = z.object({
  /** Shown on the pages; part of the cookie names, because ports do not separate cookies. */
  name: z.string().default('Contoso'),
  host: z.string().default('127.0.0.2'),
  port: z.int().default(0),
  /** The public address where it differs from the listening one (behind TLS). */
  issuer: z.string().optional(),
  /** RFC 9207: announced in the metadata and sent with every response. */
  statesIssuer: z.boolean().default(true),
  /** Whether the metadata lists the auth method `none`, i.e. public clients. */
  listsPublicClients: z.boolean().default(true),
  /** Response types in the metadata. */
  responseTypes: z.array(z.enum(['code', 'id_token'])).default(['code', 'id_token']),
  /** Whether the login page names the people and their passwords, for demonstrations. */
  showsPeople: z.boolean().default(false),
  clients: z.array(clientSchema).default([]),
  users: z.array(userSchema).default([]),
});
export type ContosoConfiguration = z.output<typeof configurationSchema>;
