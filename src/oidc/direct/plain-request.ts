import type { IncomingMessage } from 'node:http';
import { SCOPES } from '../grants.ts';
import type { DirectRequest } from './direct-request.ts';

/** An authorization request of which every parameter is known and fine by itself. */
export interface PlainAuthorization {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
  nonce: string | undefined;
  codeChallenge: string;
}

/** A token request of which every parameter is known and fine by itself. */
export interface PlainRedemption {
  clientId: string;
  /** Null for a public client. */
  secret: string | null;
  code: string;
  redirectUri: string;
  verifier: string;
}

/**
 * An address that every parser reads alike: nothing bare that is reserved, every escape whole, and nothing empty between two
 * parameters, which Node's `querystring` counts among the thousand that it reads. A form is read by that one alone (`readForm`).
 */
const WELL_FORMED = /^(?!.*&&)(?:[\w\-.~*+&=!'():/@?,;$]|%[0-9A-Fa-f]{2})+$/;
const AUTHORIZE = '/oauth2/authorize?';
const TOKEN = '/oauth2/token';

/** What a code challenge or verifier is made of (RFC 7636 4.1, 4.2). */
const PKCE = /^[\w.\-~]{43,128}$/;
/** Printable ASCII. */
const PLAIN_TEXT = /^[\x20-\x7e]+$/;
/** A client id or secret that HTTP Basic does not encode (RFC 6749 2.3.1). */
const UNRESERVED = /^[\w.\-~]+$/;

const OF_AUTHORIZATION = new Set([
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
]);
const OF_REDEMPTION = new Set(['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id', 'client_secret']);

/** Other ways to authenticate or to bind tokens: the library looks for them. */
const UNUSUAL_HEADERS = ['dpop', 'oauth-client-attestation', 'oauth-client-attestation-pop'];

/** Reads an authorization request; null when it is not plain. */
export function readAuthorization({ raw, query }: DirectRequest): PlainAuthorization | null {
  const { url, method, headers } = raw;
  if (method !== 'GET' || url === undefined || !url.startsWith(AUTHORIZE)) return null;
  if (!WELL_FORMED.test(url.slice(AUTHORIZE.length)) || !takesHtml(headers.accept)) return null;
  const found = readOnce(query, OF_AUTHORIZATION);
  if (found?.response_type !== 'code' || found.code_challenge_method !== 'S256') return null;
  const { client_id: clientId, redirect_uri: redirectUri, code_challenge: codeChallenge, state, nonce } = found;
  const scopes = found.scope?.split(' ') ?? [];
  if (clientId === undefined || redirectUri === undefined || codeChallenge === undefined) return null;
  if (!PKCE.test(codeChallenge) || !areKnown(scopes)) return null;
  return { clientId, redirectUri, scopes, state, nonce, codeChallenge };
}

/** Reads a token request with an authorization code; null when it is not plain. */
export function readRedemption({ raw, form }: DirectRequest): PlainRedemption | null {
  const { url, method, headers } = raw;
  if (method !== 'POST' || url !== TOKEN || form === undefined) return null;
  if (!/^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '')) return null;
  if (UNUSUAL_HEADERS.some((name) => headers[name] !== undefined)) return null;
  const found = readOnce(form, OF_REDEMPTION);
  if (found?.grant_type !== 'authorization_code') return null;
  const { code, redirect_uri: redirectUri, code_verifier: verifier } = found;
  if (code === undefined || redirectUri === undefined || verifier === undefined || !PKCE.test(verifier)) return null;
  const by = readAuthentication(headers, found);
  return by === null ? null : { ...by, code, redirectUri, verifier };
}

type Found = Readonly<Partial<Record<string, string>>>;

/** The client and what it authenticates with, by one mechanism alone (RFC 6749 2.3.1). */
function readAuthentication(
  { authorization }: IncomingMessage['headers'],
  { client_id: named, client_secret: posted }: Found,
): { clientId: string; secret: string | null } | null {
  if (authorization === undefined) return named === undefined ? null : { clientId: named, secret: posted ?? null };
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(authorization)?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  if (posted !== undefined || Buffer.from(text, 'latin1').toString('base64') !== encoded) return null;
  const [clientId = '', secret = '', ...more] = text.split(':');
  if (!UNRESERVED.test(clientId) || !UNRESERVED.test(secret) || more.length > 0) return null;
  return named === undefined || named === clientId ? { clientId, secret } : null;
}

/** Each parameter, if all are known, come once and have a value of printable ASCII; null otherwise. */
function readOnce(parameters: URLSearchParams, known: ReadonlySet<string>): Found | null {
  const found: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (!known.has(name) || name in found || !PLAIN_TEXT.test(value)) return null;
    found[name] = value;
  }
  return found;
}

/** Whether they are scopes of OpenID Connect, each once, and `openid` is one. */
function areKnown(scopes: string[]): boolean {
  const known = scopes.every((scope) => SCOPES.some((one) => one === scope));
  return known && scopes.includes('openid') && new Set(scopes).size === scopes.length;
}

/** Whether a page is what is liked best: of anything else the library finds out (RFC 9110 12.5.1). */
function takesHtml(accept: string | undefined): boolean {
  return accept === undefined || accept === '*/*' || /^text\/html(?:,|$)/.test(accept);
}
