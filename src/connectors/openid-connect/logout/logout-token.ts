import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { epochSeconds, MINUTE } from '../../../base/clock.ts';
import type { Seconds } from '../../../base/clock.ts';
import type { LogoutToken } from '../../connector.ts';
import type { ExplanationCode } from '../../explanation-codes.ts';
import { foundValue } from '../../found-value.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import { readToken, timeText } from '../answer/id-token.ts';
import type { ReadToken } from '../answer/id-token.ts';
import { keysForToken } from '../answer/keys-for-token.ts';
import type { CallDeps, ReadKeysAgain } from '../client-configuration.ts';
import type { ProviderKeys } from '../documents/keys.ts';
import { isJsonObject } from '../json-object.ts';
import type { ProviderSettings } from '../settings.ts';
import { readSid } from './stated-session.ts';

/** The event of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4). */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old a logout token may be: providers try for minutes, not for hours. */
const LOGOUT_TOKEN_AGE: Seconds = 10 * MINUTE;
const MAX_SUBJECT = 255; // OpenID Connect Core 2
const MAX_ID = 255;
/** Media types of a logout token; many providers leave theirs out or write the general one (RFC 8725 3.11). */
const TYPES: ReadonlySet<unknown> = new Set([undefined, 'logout+jwt', 'application/logout+jwt', 'JWT', 'jwt']);

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). Size, type, issuer, audience, the event, the absence of
 * `nonce` (an ID token is no logout token), `jti`, and `sid` or `sub` are checked here, before a signature is verified or
 * keys are fetched for it: anybody can send a token. Signature and times are jose's.
 * @throws ProviderFailure, its code `logout.…`
 */
export async function readLogoutToken(
  deps: CallDeps,
  settings: ProviderSettings,
  received: {
    token: string;
    toleranceSeconds: Seconds;
    readKeysAgain: ReadKeysAgain;
    /** Throws where too many did not fit. */
    beforeVerifying: () => Promise<void>;
  },
): Promise<LogoutToken> {
  const now = deps.clock.now();
  const { token: text, toleranceSeconds, readKeysAgain } = received;
  const token = readForm(text, settings);
  readClaims(token.payload);
  await received.beforeVerifying();
  const about = { text, token, now, toleranceSeconds };
  try {
    return readClaims(await verify(settings, { ...about, keys: settings.keys }));
  } catch (error) {
    if (!isUnknownKey(error)) throw failure(error, token, now);
  }
  try {
    return readClaims(await verify(settings, { ...about, keys: await readKeysAgain() }));
  } catch (error) {
    throw failure(error, token, now);
  }
}

function readForm(text: string, settings: ProviderSettings): ReadToken {
  const token = readTokenOrRefuse(text, settings);
  const { typ } = token.header;
  const { iss, aud } = token.payload;
  if (!TYPES.has(typ)) throw refusal('logout.claim', 'typ', foundValue(typ), 'logout+jwt');
  if (iss !== settings.issuer) throw refusal('logout.issuer', 'iss', foundValue(iss), foundValue(settings.issuer));
  if (![aud].flat().includes(settings.clientId)) {
    throw refusal('logout.audience', 'aud', foundValue(aud), foundValue(settings.clientId));
  }
  return token;
}

function readTokenOrRefuse(text: string, { metadata }: ProviderSettings): ReadToken {
  try {
    return readToken(text, metadata.id_token_signing_alg_values_supported);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const code = error.code === 'login.algorithm' ? 'logout.algorithm' : 'logout.malformed';
    throw new ProviderFailure('signature', error.detail, { code, values: error.values });
  }
}

async function verify(
  settings: ProviderSettings,
  about: { text: string; token: ReadToken; now: Date; keys: ProviderKeys; toleranceSeconds: Seconds },
): Promise<Record<string, unknown>> {
  const { text, token, now, keys, toleranceSeconds } = about;
  const fitting = await keysForToken(text, token, keys.keys);
  const { payload } = await jwtVerify(text, createLocalJWKSet({ keys: fitting as never }), {
    algorithms: settings.metadata.id_token_signing_alg_values_supported,
    maxTokenAge: LOGOUT_TOKEN_AGE,
    clockTolerance: toleranceSeconds,
    currentDate: now,
  });
  return payload;
}

function readClaims(claims: Record<string, unknown>): LogoutToken {
  const { events, nonce, jti, sid: statedSid, sub } = claims;
  if (!isJsonObject(events) || !isJsonObject(events[EVENT])) {
    throw refusal('logout.claim', 'events', foundValue(events), EVENT);
  }
  if (nonce !== undefined) throw refusal('logout.claim', 'nonce', foundValue(nonce), '–');
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID) {
    throw refusal('logout.claim', 'jti', foundValue(jti), 'string');
  }
  const sid = readSid(statedSid);
  const subject = typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT ? sub : null;
  if (sid === null && subject === null)
    throw refusal('logout.claim', 'sid, sub', foundValue(statedSid ?? sub), 'string');
  return { sid, subject, id: jti };
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}

/** What jose refused, by the claim that is wrong. */
function failure(error: unknown, { payload }: ReadToken, now: Date): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return refusal('logout.times', error.claim, timeText(payload[error.claim]), timeText(epochSeconds(now)));
  }
  if (!(error instanceof errors.JOSEError)) throw error;
  return new ProviderFailure('signature', error.code, { code: 'logout.signature', values: { found: error.code } });
}

function refusal(code: ExplanationCode, member: string, found: string, wanted: string): ProviderFailure {
  return new ProviderFailure('claim-wrong', `${member} is ${found}`, { code, values: { member, found, wanted } });
}
