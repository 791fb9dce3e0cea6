import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as jose from 'jose';
import * as oauth4webapi from 'oauth4webapi';
import * as openidClient from 'openid-client';
import { expect, test } from 'vitest';
import { LIBRARY_ERRORS } from './library-errors.ts';
import { failureOf } from './library-failure.ts';
import { authorizationFailure } from './provider-codes.ts';

const LIBRARIES: [name: string, exported: object, sources: string[]][] = [
  ['openid-client', openidClient, ['openid-client']],
  ['oauth4webapi', oauth4webapi, ['oauth4webapi']],
  ['jose', jose.errors, ['jose', 'jose/errors']],
];

/** Error codes in the sources of a library, and in what it exports. */
function codesOf(exported: object, sources: string[]): Set<string> {
  const text = sources.map((name) => readFileSync(fileURLToPath(import.meta.resolve(name)), 'utf8')).join('\n');
  const written = [...text.matchAll(/["']((?:OAUTH|ERR)_[A-Z_]+)["']/g)].map(([, code]) => code!);
  const constants = Object.values(exported).filter(
    (value) => typeof value === 'string' && /^(?:OAUTH|ERR)_/.test(value),
  );
  const ofClasses = classesOf(exported).flatMap((one) => ('code' in one ? [String(one.code)] : []));
  return new Set([...written, ...(constants as string[]), ...ofClasses]);
}

function classesOf(exported: object): (new (...given: never[]) => Error)[] {
  return Object.values(exported).filter(
    (value) => typeof value === 'function' && value.prototype instanceof Error,
  ) as never;
}

test.each(LIBRARIES)('every error code of %s is classified', (_name, exported, sources) => {
  const codes = [...codesOf(exported, sources)];
  expect(codes.length).toBeGreaterThan(4);
  expect(codes.filter((code) => !Object.hasOwn(LIBRARY_ERRORS, code))).toEqual([]);
});

test('no code is classified that no library has', () => {
  const all = new Set(LIBRARIES.flatMap(([, exported, sources]) => [...codesOf(exported, sources)]));
  expect(Object.keys(LIBRARY_ERRORS).filter((code) => !all.has(code))).toEqual([]);
});

test('the error classes of the libraries are those whose codes were read', () => {
  const names = LIBRARIES.flatMap(([, exported]) => classesOf(exported).map((one) => one.name));
  expect([...new Set(names)].toSorted()).toEqual([
    'AuthorizationResponseError',
    'ClientError',
    'JOSEAlgNotAllowed',
    'JOSEError',
    'JOSENotSupported',
    'JWEDecryptionFailed',
    'JWEInvalid',
    'JWKInvalid',
    'JWKSInvalid',
    'JWKSMultipleMatchingKeys',
    'JWKSNoMatchingKey',
    'JWKSTimeout',
    'JWSInvalid',
    'JWSSignatureVerificationFailed',
    'JWTClaimValidationFailed',
    'JWTExpired',
    'JWTInvalid',
    'OperationProcessingError',
    'ResponseBodyError',
    'UnsupportedOperationError',
    'WWWAuthenticateChallengeError',
  ]);
});

const origin = { serverToServer: true, endpoint: 'https://login.contoso.example/token' };

test.each(Object.entries(LIBRARY_ERRORS))('%s, wrapped as the library wraps it, is %s', (code, verdict) => {
  const inner = Object.assign(new Error('inner'), { code });
  const failure = failureOf(new openidClient.ClientError('something went wrong', { cause: inner }), origin);
  const expected = verdict === 'by-error' ? 'unusable-answer' : verdict === 'by-claim' ? 'audience' : verdict;
  expect(failure).toMatchObject({ category: expected, serverToServer: true });
});

test.each([
  ['iss', 'issuer'],
  ['nonce', 'nonce'],
  ['aud', 'audience'],
])('a claim %s that differs is %s, and found and wanted are named', (claim, category) => {
  const inner = Object.assign(new Error('x', { cause: { claim, claims: { [claim]: 'theirs' }, expected: 'ours' } }), {
    code: oauth4webapi.JWT_CLAIM_COMPARISON,
  });
  const values = { member: claim, found: '"theirs"', wanted: '"ours"' };
  expect(failureOf(inner, origin)).toMatchObject({ category, values });
});

test.each([
  ['server_error', 'provider-fault'],
  ['invalid_request', 'registration'],
  ['request_not_supported', 'registration'],
  ['access_denied', 'refused'],
  ['interaction_required', 'refused'],
  ['an_error_of_its_own', 'refused'],
])('the error %s of the authorization endpoint is %s, and counts as nothing', (code, category) => {
  const failure = authorizationFailure({ code, description: 'AADSTS700054: no', endpoint: origin.endpoint });
  expect(failure).toMatchObject({ category, serverToServer: false, providerCode: '700054', said: 'AADSTS700054: no' });
});
