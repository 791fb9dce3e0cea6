import { expect, test } from 'vitest';
import { isMappable, keptClaims, mappableNames, mapPerson, readMapping } from './claims-mapping.ts';
import { previewOf } from './provider-claims.ts';
import { previewOf as previewOfDirectory, toClaims } from '../../entra-id/directory-claims.ts';

const NOW = new Date('2026-03-02T09:00:00Z');
const stored = (settings: object, issuer = 'https://login.contoso.example') => ({
  issuer,
  redirectUri: 'https://sso.northwind.example/login/callback',
  clientSecret: null,
  settings,
});

test.each(['mail', 'workEmail', 'https://contoso.example/email', 'urn:contoso:mail', 'имя', 'custom:mail'])(
  '%s is a name of a claim',
  (name) => {
    expect(isMappable(name)).toBe(true);
  },
);

test.each([
  '',
  'two words',
  'line\nbreak',
  'zero\u200Bwidth',
  'turned\u202E',
  'sub',
  'Email_Verified',
  'x'.repeat(129),
])('%j is none', (name) => {
  expect(isMappable(name)).toBe(false);
});

test('what is left out stays as it was at the same provider; another one begins with the standard’s claims', () => {
  const before = stored({ addressClaim: 'mail', nameClaim: 'displayName' });
  expect(readMapping({}, before.issuer, before)).toEqual({ addressClaim: 'mail', nameClaim: 'displayName' });
  expect(readMapping({ addressClaim: '' }, before.issuer, before)).toEqual({ nameClaim: 'displayName' });
  expect(readMapping({}, 'https://elsewhere.example', before)).toEqual({});
  expect(readMapping({ addressClaim: 'email', nameClaim: 'name' }, before.issuer, null)).toEqual({});
  expect(readMapping({ nameClaim: 'iss' }, before.issuer, null)).toMatchObject({ field: 'nameClaim' });
});

test('a name that is none gives way to the standard’s, unless it is not known whether it is stated', () => {
  const claims = { given_name: 'Maria', family_name: 'Lopez', email: 'maria@contoso.example' };
  const chosen = { nameClaim: 'displayName' };
  expect(mapPerson(claims, chosen, true)).toMatchObject({
    name: 'Maria Lopez',
    unmapped: [{ fault: 'login.name-claim-missing' }],
  });
  expect(mapPerson(claims, chosen, false)).toMatchObject({ name: null, unmapped: [] });
  expect(mapPerson({ ...claims, displayName: 'Maria L.' }, chosen, false)).toMatchObject({ name: 'Maria L.' });
  expect(mapPerson({ ...claims, displayName: 7 }, chosen, true)).toMatchObject({ name: 'Maria Lopez' });
});

test('names that came are listed without values, and without those that say which token it is', () => {
  const claims = { iss: 'x', sub: 'c-1', nonce: 'n', mail: 'maria@contoso.example', name: 'Maria', 'a b': 1 };
  expect(mappableNames(claims)).toEqual(['mail', 'name']);
  const [finding] = mapPerson(claims, { addressClaim: 'workEmail' }, true).unmapped;
  expect(finding?.values).toEqual({ member: 'workEmail', found: 'mail, name' });
});

test('a test keeps few and short claims, none of the token', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`claim${index}`, 'x']));
  expect(Object.keys(keptClaims({ sub: 'c-1', at_hash: 'h', ...many }))).toHaveLength(60);
  expect(keptClaims({ mail: 'm@contoso.example', photo: 'x'.repeat(5000), groups: ['a'] })).toEqual({
    mail: 'm@contoso.example',
    photo: [],
    groups: ['a'],
  });
});

test('a preview is what a login would make of them', () => {
  const kept = { mail: 'maria@contoso.example', email: 'm@elsewhere.example', name: 'Maria' };
  expect(previewOf({ addressClaim: 'mail' }, kept, NOW)).toMatchObject({
    name: 'Maria',
    address: 'maria@contoso.example',
  });
  expect(previewOf({}, kept, NOW)).toMatchObject({ address: 'm@elsewhere.example' });
});

test('of Entra ID the name can be chosen, and never the address or what is proven', () => {
  const directory = { issuer: 'https://login.microsoftonline.com/d/v2.0', directoryId: 'd' };
  const token = { name: 'Maria', preferred_username: 'maria@contoso.example', email: 'm@elsewhere.example', acct: 0 };
  const standard = toClaims(directory, 'o-1', token, NOW);
  const chosen = toClaims(
    { ...directory, nameClaim: 'displayName' },
    'o-1',
    { ...token, displayName: 'Maria L.' },
    NOW,
  );
  expect(chosen).toEqual({
    ...standard,
    name: 'Maria L.',
    shown: { ...standard.shown, displayName: 'Maria L.' },
  });
  expect(chosen.provenAddresses).toEqual(['maria@contoso.example']);
  expect(previewOfDirectory({ nameClaim: 'displayName' }, token)).toMatchObject({
    name: 'Maria',
    address: 'maria@contoso.example',
    unmapped: [{ fault: 'login.name-claim-missing' }],
  });
  expect(previewOfDirectory({ addressClaim: 'email' }, token)).toMatchObject({ field: 'addressClaim' });
});
