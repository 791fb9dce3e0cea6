import { compactVerify, createLocalJWKSet } from 'jose';
import { keysForToken } from './keys-for-token.ts';
import { readToken } from './id-token.ts';
import { endpointText } from './provider-codes.ts';
import { epochSeconds } from '../../../base/clock.ts';
import type { Finding } from '../../explanation-codes.ts';
import { foundValue } from '../../found-value.ts';
import { FetchRefused } from '../../outgoing/fetch-refused.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import type { CallDeps, ReadKeysAgain } from '../client-configuration.ts';
import type { ProviderKeys } from '../documents/keys.ts';
import { SIGNATURE_ALGORITHMS } from '../documents/metadata.ts';
import { isJsonObject } from '../json-object.ts';
import type { ProviderSettings } from '../settings.ts';

/** The largest answer read, bytes: a photo as a claim fits. */
const LIMIT = 256 * 1024;

/** Claims of the userinfo endpoint, or why there are none. */
export type UserInfo = { claims: Record<string, unknown> } | { fault: Finding };

/** The provider, with the keys that verified the ID token. */
type Asked = ProviderSettings & { readKeysAgain: ReadKeysAgain };

/**
 * Asks the userinfo endpoint (OpenID Connect Core 5.3) for claims that supplement an ID token. An answer signed as JWT is
 * verified like an ID token (5.3.2); claims whose `sub` is not the token's are not used (5.3.4). The ID token proved the
 * person: nothing that goes wrong here is thrown.
 */
export async function readUserInfo(
  deps: CallDeps,
  settings: Asked,
  about: { endpoint: string; accessToken: string; subject: string },
): Promise<UserInfo> {
  const endpoint = endpointText(about.endpoint);
  const faulty = (status: string): UserInfo => ({ fault: { fault: 'login.userinfo', values: { endpoint, status } } });
  try {
    const headers = { authorization: `Bearer ${about.accessToken}`, accept: 'application/json, application/jwt' };
    const response = await deps.fetch(about.endpoint, { headers }, { bodyBytes: LIMIT });
    if (response.status !== 200) return faulty(String(response.status));
    const text = await response.text();
    const claims = isJwt(response) ? await readSigned(deps, settings, text) : readJson(text);
    if (claims === undefined) return faulty('no JSON object');
    if (claims['sub'] === about.subject) return { claims };
    const values = { endpoint, member: 'sub', found: foundValue(claims['sub']), wanted: foundValue(about.subject) };
    return { fault: { fault: 'login.userinfo-claim', values } };
  } catch (error) {
    if (error instanceof FetchRefused) return faulty(error.category);
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.category !== 'signature') return { fault: { fault: 'login.userinfo-claim', values: error.values } };
    return { fault: { fault: 'login.userinfo-signature', values: { endpoint, found: error.detail } } };
  }
}

function isJwt(response: Response): boolean {
  return /^application\/jwt\b/i.test(response.headers.get('content-type') ?? '');
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isJsonObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Verifies an answer in the form of a JWT: signature, issuer, audience, expiry. @throws ProviderFailure */
async function readSigned(deps: CallDeps, settings: Asked, jwt: string): Promise<Record<string, unknown>> {
  const token = readToken(jwt, SIGNATURE_ALGORITHMS);
  if (!(await isSigned(jwt, settings.keys))) {
    if (!(await isSigned(jwt, await settings.readKeysAgain()))) throw new ProviderFailure('signature', 'not valid');
  }
  const { iss, aud, exp } = token.payload;
  const wrong = (member: string, found: unknown, wanted: string): ProviderFailure => {
    const values = { member, found: foundValue(found), wanted, endpoint: settings.metadata.userinfo_endpoint ?? '' };
    return new ProviderFailure('claim-wrong', member, { values });
  };
  if (iss !== undefined && iss !== settings.issuer) throw wrong('iss', iss, foundValue(settings.issuer));
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (aud !== undefined && !audiences.includes(settings.clientId)) throw wrong('aud', aud, settings.clientId);
  if (exp !== undefined && (typeof exp !== 'number' || exp < epochSeconds(deps.clock.now()))) {
    throw wrong('exp', exp, 'a time to come');
  }
  return token.payload;
}

async function isSigned(jwt: string, keys: ProviderKeys): Promise<boolean> {
  const fitting = await keysForToken(jwt, readToken(jwt, SIGNATURE_ALGORITHMS), keys.keys);
  try {
    await compactVerify(jwt, createLocalJWKSet({ keys: fitting as never }), { algorithms: [...SIGNATURE_ALGORITHMS] });
    return true;
  } catch {
    return false;
  }
}
