import { exportJWK, generateKeyPair, createLocalJWKSet, SignJWT } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLogoutTokenVerifier, type VerifyLogoutToken } from './logout-token.ts';
import { createSessions } from './sessions.ts';

const issuer = 'https://login.example';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const events = { [EVENT]: {} };
let verify: VerifyLogoutToken;
let privateKey: CryptoKey;
let count = 0;

type Change = { [claim in keyof JWTPayload]?: JWTPayload[claim] | undefined };

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256' }] });
  verify = createLogoutTokenVerifier({ issuer, clientId: 'reports', keys });
});

function token(change: Change = {}, header: { typ?: string } = { typ: 'logout+jwt' }): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer, aud: 'reports', iat, jti: `token ${(count += 1)}`, sub: 'maria', sid: 's1', events };
  const kept = Object.entries({ ...payload, ...change }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(kept)).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
}

test('a logout token names the person and the session, once', async () => {
  const one = await token();
  expect(await verify(one)).toEqual({ sub: 'maria', sid: 's1' });
  await expect(verify(one)).rejects.toThrow('was used before');
  expect(await verify(await token({ sid: undefined }, {}))).toEqual({ sub: 'maria', sid: undefined });
});

const longAgo = 1_700_000_000;
const wrong: [what: string, why: string, change: Change, header?: { typ?: string }][] = [
  ['of another issuer', '"iss"', { iss: 'https://other.example' }],
  ['for another application', '"aud"', { aud: 'tickets' }],
  ['without an instant', '"iat"', { iat: undefined }],
  ['made long ago', '"iat"', { iat: longAgo }],
  ['without an id', '"jti"', { jti: undefined }],
  ['without the event', 'not about a logout', { events: {} }],
  ['with an event that is no object', 'not about a logout', { events: { [EVENT]: true } }],
  ['with a nonce, as an ID token has', 'nonce', { nonce: 'n' }],
  ['that names nobody', 'neither', { sub: undefined, sid: undefined }],
  ['of another type', 'not a logout token', {}, { typ: 'at+jwt' }],
];
describe.each(wrong)('a token %s', (_what, why, change, header) => {
  test('is refused', async () => {
    await expect(verify(await token(change, header))).rejects.toThrow(why);
  });
});

test("a session's end leaves the person's other sessions, a person's end leaves none", () => {
  const sessions = createSessions();
  const start = (sub: string, sid: string): string =>
    sessions.start({ claims: {}, sub, sid, idToken: '', startedAt: new Date() });
  const [first, second, other] = [start('maria', 's1'), start('maria', 's2'), start('noah', 's3')];
  expect(sessions.endAll({ sub: 'maria', sid: 's1' })).toBe(1);
  expect([first, second, other].map((id) => sessions.find(id)?.sub)).toEqual([undefined, 'maria', 'noah']);
  expect(sessions.endAll({ sub: 'maria', sid: undefined })).toBe(1);
  expect([second, other].map((id) => sessions.find(id)?.sub)).toEqual([undefined, 'noah']);
});
