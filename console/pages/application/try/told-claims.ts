import type { Application } from '../../../../src/api/contract/applications.ts';
import type { ToldToApplication } from './try-login.ts';

/** Claims of the token itself, not of the person (OpenID Connect Core 2, RFC 7519 4.1). */
const OF_THE_TOKEN = new Set(['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'at_hash', 'c_hash']);
/** OpenID Connect Core 5.4, and the organization's name. */
const PROFILE = new Set([
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'locale',
  'updated_at',
  'org_name',
]);
const EMAIL = new Set(['email', 'email_verified']);

/** A claim as it was told. */
export interface ToldClaim {
  name: string;
  value: string;
  scope: 'openid' | 'profile' | 'email';
  inIdToken: boolean;
  inUserinfo: boolean;
}

/** What was told about the person, by the scope that gave it. */
export function toldClaims({ idToken, userinfo }: ToldToApplication): ToldClaim[] {
  const names = [...new Set([...Object.keys(idToken), ...Object.keys(userinfo)])].filter(
    (name) => !OF_THE_TOKEN.has(name),
  );
  const scopes = ['openid', 'profile', 'email'];
  return names
    .map((name) => ({
      name,
      value: inWords(idToken[name] ?? userinfo[name]),
      scope: scopeOf(name),
      inIdToken: name in idToken,
      inUserinfo: name in userinfo,
    }))
    .toSorted((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope));
}

function scopeOf(claim: string): ToldClaim['scope'] {
  if (EMAIL.has(claim)) return 'email';
  return PROFILE.has(claim) ? 'profile' : 'openid';
}

/** A value without the marks of JSON. */
function inWords(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return '[]';
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const MISSES = ['email', 'proof', 'name', 'roles', 'consent', 'refresh'] as const;
export type Miss = (typeof MISSES)[number];

/** What the application would miss with this person, and what differs from a login in it. */
export function missesOf(
  { idToken, userinfo }: ToldToApplication,
  application: Pick<Application, 'firstParty' | 'refreshTokens'>,
): Miss[] {
  const told: Readonly<Record<string, unknown>> = { ...userinfo, ...idToken };
  const { email, email_verified: proven, name, roles } = told;
  const found: Record<Miss, boolean> = {
    email: email === undefined,
    proof: email !== undefined && proven !== true,
    name: name === undefined || (email !== undefined && name === email),
    roles: !Array.isArray(roles) || roles.length === 0,
    consent: !application.firstParty,
    refresh: application.refreshTokens,
  };
  return MISSES.filter((miss) => found[miss]);
}
