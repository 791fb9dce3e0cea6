import { createHash } from 'node:crypto';
import type { Person } from './configuration.ts';

/** What a product of the field looks like from outside: addresses, announced abilities, claims, sentences of its errors. */
export interface Product {
  /** Its name, for the pages of the stand-in. */
  name: string;
  /** What follows the origin in its issuer. */
  path: string;
  /** Paths of its endpoints, after the issuer's. */
  routes: { authorization: string; token: string; jwks: string; userinfo: string; end_session: string };
  /** Members of the discovery document put over the library's; `null` takes one out. */
  metadata: Readonly<Record<string, unknown>>;
  /** Whether it sends `iss` with authorization responses (RFC 9207); undefined: as configured. */
  statesIssuer?: boolean;
  /** Its subject for a person; stays the same over restarts. */
  subject(person: Person): string;
  /** Claims beside those of every provider. */
  claims(person: Person): Record<string, unknown>;
  /** How it words an OAuth error at the token endpoint, by code. */
  errors: Readonly<Record<string, string>>;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const digits = (text: string, count: number): string => String(BigInt(`0x${digestOf(text)}`)).slice(0, count);

function uuid(text: string): string {
  const hex = digestOf(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function namesOf({ name }: Person): { given_name: string; family_name?: string } {
  const [first = name, ...rest] = name.split(' ');
  return { given_name: first, ...(rest.length === 0 ? {} : { family_name: rest.join(' ') }) };
}

const domainOf = ({ email }: Person): string => email.slice(email.lastIndexOf('@') + 1);

/** The library as it is, which is OpenID Connect by the book. */
const any: Product = {
  name: 'OpenID Connect',
  path: '',
  routes: { authorization: '/auth', token: '/token', jwks: '/jwks', userinfo: '/me', end_session: '/session/end' },
  metadata: {},
  subject: ({ id }) => id,
  claims: () => ({}),
  errors: {},
};

/** An Okta org server. Its custom authorization servers have an issuer below /oauth2/. */
const okta: Product = {
  name: 'Okta',
  path: '',
  routes: {
    authorization: '/oauth2/v1/authorize',
    token: '/oauth2/v1/token',
    jwks: '/oauth2/v1/keys',
    userinfo: '/oauth2/v1/userinfo',
    end_session: '/oauth2/v1/logout',
  },
  metadata: { response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'] },
  statesIssuer: false,
  subject: ({ id }) => `00u${digestOf(id).slice(0, 17)}`,
  claims: (person) => ({ ver: 1, amr: ['pwd'], idp: '00o0standin0000000697', ...namesOf(person) }),
  errors: {
    invalid_client: 'Client authentication failed. Either the client or the client credentials are invalid.',
    invalid_grant: 'The authorization code is invalid or has expired.',
  },
};

/** A realm of Keycloak. Its document does not list `none`, though public clients work. */
const keycloak: Product = {
  name: 'Keycloak',
  path: '/realms/contoso',
  routes: {
    authorization: '/protocol/openid-connect/auth',
    token: '/protocol/openid-connect/token',
    jwks: '/protocol/openid-connect/certs',
    userinfo: '/protocol/openid-connect/userinfo',
    end_session: '/protocol/openid-connect/logout',
  },
  metadata: {
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    frontchannel_logout_supported: true,
  },
  statesIssuer: true,
  subject: ({ id }) => uuid(id),
  claims: (person) => ({ typ: 'ID', acr: '1', ...namesOf(person) }),
  errors: {
    invalid_client: 'Invalid client or Invalid client credentials',
    unauthorized_client: 'Invalid client or Invalid client credentials',
    invalid_grant: 'Code not valid',
  },
};

/** Google. Its own issuer, https://accounts.google.com, is one for all organizations: `hd` tells them apart. */
const google: Product = {
  name: 'Google',
  path: '',
  routes: {
    authorization: '/o/oauth2/v2/auth',
    token: '/token',
    jwks: '/oauth2/v3/certs',
    userinfo: '/v1/userinfo',
    end_session: '/logout',
  },
  metadata: {
    end_session_endpoint: null,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['plain', 'S256'],
  },
  statesIssuer: false,
  subject: ({ id }) => digits(id, 21),
  claims: (person) => ({ hd: domainOf(person), picture: 'https://images.example/a', ...namesOf(person) }),
  errors: { invalid_client: 'Unauthorized', invalid_grant: 'Bad Request' },
};

/** The products that an OpenID Connect stand-in can play. */
export const PRODUCTS = { any, okta, keycloak, google } as const satisfies Record<string, Product>;
