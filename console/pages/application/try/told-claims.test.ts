import { expect, test } from 'vitest';
import { CLAIMS_BY_SCOPE } from '../../../../src/applications/consent/scope-claims.ts';
import { missesOf, toldClaims } from './told-claims.ts';

const told = {
  algorithm: 'RS256',
  keyId: 'k',
  idToken: {
    iss: 'i',
    aud: 'a',
    exp: 1,
    sub: 'usr_1',
    email: 'a@b.example',
    email_verified: true,
    name: 'Anna',
    roles: ['x'],
  },
  userinfo: { sub: 'usr_1', org_id: 'org_1' },
};
const plain = { firstParty: true, refreshTokens: false };

test('claims of the person are told by scope, with where they stand; those of the token are left out', () => {
  expect(toldClaims(told)).toEqual([
    { name: 'sub', value: 'usr_1', scope: 'openid', inIdToken: true, inUserinfo: true },
    { name: 'roles', value: 'x', scope: 'openid', inIdToken: true, inUserinfo: false },
    { name: 'org_id', value: 'org_1', scope: 'openid', inIdToken: false, inUserinfo: true },
    { name: 'name', value: 'Anna', scope: 'profile', inIdToken: true, inUserinfo: false },
    { name: 'email', value: 'a@b.example', scope: 'email', inIdToken: true, inUserinfo: false },
    { name: 'email_verified', value: 'true', scope: 'email', inIdToken: true, inUserinfo: false },
  ]);
});

test('an empty list is told as one, not as nothing', () => {
  const [roles] = toldClaims({ ...told, idToken: { roles: [] }, userinfo: {} });
  expect(roles).toMatchObject({ name: 'roles', value: '[]' });
});

test('the scopes are those of the service', () => {
  for (const [scope, claims] of Object.entries(CLAIMS_BY_SCOPE)) {
    const idToken = Object.fromEntries(claims.map((claim) => [claim, 'x']));
    expect(toldClaims({ ...told, idToken, userinfo: {} }).filter((claim) => claim.scope !== scope)).toEqual([]);
  }
});

test('what the application would miss', () => {
  expect(missesOf(told, plain)).toEqual([]);
  const bare = { ...told, idToken: { sub: 'usr_1', roles: [] }, userinfo: {} };
  expect(missesOf(bare, plain)).toEqual(['email', 'name', 'roles']);
  const unproven = { ...told, idToken: { ...told.idToken, email_verified: false, name: 'a@b.example' } };
  expect(missesOf(unproven, { firstParty: false, refreshTokens: true })).toEqual([
    'proof',
    'name',
    'consent',
    'refresh',
  ]);
});
