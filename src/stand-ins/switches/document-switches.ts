import type { z } from 'zod';
import type { HttpFault, httpFaultSchema } from '../faults/http-faults.ts';
import type { Switch } from './switch.ts';

type Fault = z.input<typeof httpFaultSchema>;
type At = Parameters<NonNullable<Switch['faults']>>[0];

const on =
  (endpoint: 'metadata' | 'keys' | 'userinfo', fault: Fault | ((at: At) => Fault)): NonNullable<Switch['faults']> =>
  (at) => ({ http: { [endpoint]: typeof fault === 'function' ? fault(at) : fault } });

const metadata = (members: Record<string, unknown>): ReturnType<typeof on> =>
  on('metadata', { kind: 'change', members });

const TRANSPORT: readonly (readonly [kind: HttpFault['kind'], says: string, fault: (at: At) => Fault])[] = [
  ['error', 'answers 500.', () => ({ kind: 'error' })],
  [
    'redirect',
    'answers 302 and leads to another address.',
    ({ origin }) => ({ kind: 'redirect', to: `${origin}/error` }),
  ],
  ['html', 'is a page for people.', () => ({ kind: 'html' })],
  ['not-json', 'is JSON that breaks off.', () => ({ kind: 'not-json' })],
  ['huge', 'is 60 MB large.', () => ({ kind: 'huge' })],
  ['gzip-bomb', 'is small, and 60 MB large once unpacked.', () => ({ kind: 'gzip-bomb' })],
  ['hang', 'is never answered.', () => ({ kind: 'hang' })],
  ['slow', 'comes at one byte a second.', () => ({ kind: 'slow' })],
  ['reset', 'is not sent: the connection is cut.', () => ({ kind: 'reset' })],
];

/** Fetching a document goes wrong the same ways, whichever it is. */
function transport(endpoint: 'metadata' | 'keys' | 'userinfo', name: string, only?: Switch['only']): Switch[] {
  return TRANSPORT.map(([kind, says, fault]) => ({
    id: `${endpoint}-${kind}`,
    says: `${name} ${says}`,
    ...(only === undefined ? {} : { only }),
    faults: on(endpoint, fault),
  }));
}

const WEAK_KEY = {
  kty: 'RSA',
  use: 'sig',
  kid: 'weak',
  e: 'AQAB',
  n: `0${'c'.repeat(170)}`, // 1024 bits
};

/** The discovery document (OpenID Connect Discovery 1.0, section 3). */
export const DISCOVERY: readonly Switch[] = [
  ...transport('metadata', 'The discovery document'),
  {
    id: 'issuer-elsewhere',
    says: 'The discovery document names another address as issuer, as behind a proxy that hides the public one.',
    faults: metadata({ issuer: 'https://idp.internal.contoso.example' }),
  },
  {
    id: 'issuer-template',
    says: 'The discovery document of one directory names the issuer of all ({tenantid}).',
    only: 'entra-id',
    faults: ({ origin }) => metadata({ issuer: `${origin}/{tenantid}/v2.0` })({ origin, issuer: origin }),
  },
  {
    id: 'issuer-query',
    says: 'The issuer in the discovery document ends in ?x=1.',
    faults: (at) => metadata({ issuer: `${at.issuer}?x=1` })(at),
  },
  { id: 'no-issuer', says: 'The discovery document lacks issuer.', faults: metadata({ issuer: null }) },
  { id: 'no-jwks-uri', says: 'The discovery document lacks jwks_uri.', faults: metadata({ jwks_uri: null }) },
  {
    id: 'no-authorization-endpoint',
    says: 'The discovery document lacks authorization_endpoint.',
    faults: metadata({ authorization_endpoint: null }),
  },
  {
    id: 'no-token-endpoint',
    says: 'The discovery document lacks token_endpoint.',
    faults: metadata({ token_endpoint: null }),
  },
  {
    id: 'jwks-uri-http',
    says: 'jwks_uri is an http address.',
    faults: metadata({ jwks_uri: 'http://login.contoso.example/keys' }),
  },
  {
    id: 'jwks-uri-private',
    says: 'jwks_uri leads into a private network.',
    faults: metadata({ jwks_uri: 'https://10.0.0.1/keys' }),
  },
  {
    id: 'jwks-uri-elsewhere',
    says: 'jwks_uri is at another host.',
    faults: metadata({ jwks_uri: 'https://keys.fabrikam-trading.example/keys' }),
  },
  {
    id: 'weak-algorithms',
    says: 'The discovery document offers none and HS256 beside RS256.',
    faults: metadata({ id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256'] }),
  },
  {
    id: 'hs256-only',
    says: 'The discovery document offers HS256 alone.',
    faults: metadata({ id_token_signing_alg_values_supported: ['HS256'] }),
  },
  {
    id: 'no-pkce',
    says: 'The discovery document does not announce PKCE.',
    only: 'openid-connect',
    faults: metadata({ code_challenge_methods_supported: null }),
  },
  {
    id: 'no-form-post',
    says: 'The discovery document does not announce form_post.',
    faults: metadata({ response_modes_supported: ['query', 'fragment'] }),
  },
];

/** The key set (RFC 7517). */
export const KEYS: readonly Switch[] = [
  ...transport('keys', 'The key set'),
  { id: 'keys-empty', says: 'The key set is empty.', faults: on('keys', { kind: 'change', members: { keys: [] } }) },
  {
    id: 'keys-private',
    says: 'The key set also has a private key.',
    faults: on('keys', { kind: 'change', append: { keys: [{ ...WEAK_KEY, kid: 'private', d: 'AQAB' }] } }),
  },
  {
    id: 'keys-secret',
    says: 'The key set also has a symmetric key (oct).',
    faults: on('keys', { kind: 'change', append: { keys: [{ kty: 'oct', kid: 'secret', k: 'AQAB' }] } }),
  },
  {
    id: 'keys-weak',
    says: 'The key set is one RSA key of 1024 bits.',
    faults: on('keys', { kind: 'change', members: { keys: [WEAK_KEY] } }),
  },
  {
    id: 'keys-many',
    says: 'The key set has 100,000 keys more.',
    faults: on('keys', () => ({
      kind: 'change',
      append: { keys: Array.from({ length: 100_000 }, (_, place) => ({ kty: 'RSA', kid: String(place) })) },
    })),
  },
  {
    id: 'keys-twice',
    says: 'The key set has each key twice, under the same kid.',
    faults: on('keys', { kind: 'change', repeat: ['keys'] }),
  },
];

/** The UserInfo endpoint (OpenID Connect Core 1.0, section 5.3). */
export const USERINFO: readonly Switch[] = [
  ...transport('userinfo', 'The UserInfo answer', 'openid-connect'),
  {
    id: 'userinfo-other-subject',
    says: 'The UserInfo answer is about another sub than the ID token.',
    only: 'openid-connect',
    faults: on('userinfo', { kind: 'change', members: { sub: 'somebody-else' } }),
  },
];
