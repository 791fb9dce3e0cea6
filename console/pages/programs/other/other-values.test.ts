import { expect, test } from 'vitest';
import '../../../texts/applications/add-programs.ts';
import { emptyOther, kindOf, otherRegistration, problemsOfOther, readRedirectUri } from './other-values.ts';

const redirectUri = 'https://books.contoso.example/callback';
const known = { ...emptyOther(false), redirectUri, name: 'Books' };

test.each([
  [redirectUri, 'web', 'web'],
  ['http://localhost:8080/callback', 'loopback', 'web'],
  ['http://127.0.0.1/callback', 'loopback', 'web'],
  ['http://[::1]:1/callback', 'loopback', 'web'],
  [' com.example.books:/callback ', 'own-scheme', 'native'],
  ['http://192.168.1.5/callback', 'plain-http', 'web'],
  ['callback', null, 'web'],
])('of %s the address says %s and suggests %s', (typed, told, kind) => {
  expect([readRedirectUri(typed), kindOf({ ...known, redirectUri: typed })]).toEqual([told, kind]);
});

test('what was chosen holds over what the address suggests', () => {
  expect(kindOf({ ...known, kind: 'browser' })).toBe('browser');
});

test('what nobody knows is registered as most programs want it', () => {
  expect(otherRegistration(known)).toEqual({ kind: 'web', redirectUris: [redirectUri] });
});

test('where people open it is registered for Your applications', () => {
  const opens = ' https://books.contoso.example/ ';
  expect(otherRegistration({ ...known, opens })).toEqual({
    kind: 'web',
    redirectUris: [redirectUri],
    initiateLoginUri: 'https://books.contoso.example/',
  });
  expect(Object.keys(problemsOfOther({ ...known, opens: 'books' }))).toEqual(['opens']);
});

test('each answer is registered', () => {
  const answered = { ...known, authentication: 'client_secret_post', pkce: 'cannot', algorithm: 'ES256' } as const;
  expect(otherRegistration(answered)).toEqual({
    kind: 'web',
    redirectUris: [redirectUri],
    clientAuthentication: 'client_secret_post',
    withoutPkce: true,
    signingAlgorithm: 'ES256',
  });
  // A public client has neither a secret nor a way around PKCE, whatever was answered before.
  expect(otherRegistration({ ...answered, kind: 'browser' })).toEqual({
    kind: 'browser',
    redirectUris: [redirectUri],
    signingAlgorithm: 'ES256',
  });
});

test('an address and a name are needed', () => {
  expect(Object.keys(problemsOfOther(emptyOther(true)))).toEqual(['redirectUri', 'name']);
  expect(Object.keys(problemsOfOther({ ...known, redirectUri: 'callback' }))).toEqual(['redirectUri']);
  expect(problemsOfOther({ ...known, redirectUri: 'http://192.168.1.5/callback' })).toEqual({
    redirectUri: 'Use https; http is for localhost, 127.0.0.1 and [::1] alone.',
  });
  expect(problemsOfOther(known)).toEqual({});
});

test('what is no address, or one that is refused, is not shown as what will be registered', () => {
  for (const typed of ['not a url', 'http://192.168.1.5/callback', '']) {
    expect(otherRegistration({ ...known, redirectUri: typed }).redirectUris).toEqual([]);
  }
});
