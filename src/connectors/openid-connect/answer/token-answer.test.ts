import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { explanationOf } from '../../explain-failure.ts';
import type { ProviderFailure } from '../../provider-failure.ts';
import { categoryOf, outcomeOf, startSayingProvider, callbackWith } from '../../../../test/support/saying-provider.ts';
import type { SayingProvider } from '../../../../test/support/saying-provider.ts';

let provider: SayingProvider;

beforeAll(async () => {
  provider = await startSayingProvider();
});
beforeEach(async () => {
  provider.reset();
  provider.answers.idToken = await provider.sign(provider.plain());
});
afterAll(() => provider.close());

const redeem = async (status: number, body: unknown, headers: Record<string, string> = {}) => {
  Object.assign(provider.answers, { tokenStatus: status, tokenBody: body, tokenHeaders: headers });
  return provider.finish('openid-connect', provider.settings('code'), callbackWith({ code: 'c' }));
};
const basic = { 'www-authenticate': 'Basic realm="contoso"' };

describe('the error of a token endpoint is read whatever its status and headers', () => {
  test.each<[number, object | string, Record<string, string>, string]>([
    [401, { error: 'invalid_client' }, {}, 'credential'],
    [401, { error: 'invalid_client' }, basic, 'credential'],
    [400, { error: 'invalid_client' }, basic, 'credential'],
    [403, { error: 'unauthorized_client' }, basic, 'credential'],
    [200, { error: 'invalid_client' }, {}, 'credential'],
    [500, { error: 'invalid_client' }, {}, 'credential'],
    [401, { error: 'invalid_client' }, { 'content-type': 'text/html' }, 'credential'],
    [400, { error: 'invalid_grant' }, {}, 'code-refused'],
    [401, { error: 'invalid_grant' }, { 'www-authenticate': 'Bearer error="invalid_grant"' }, 'code-refused'],
    [400, { error: 'invalid_scope' }, {}, 'registration'],
    [400, { error: 'temporarily_unavailable' }, {}, 'provider-fault'],
    [500, { error: 'boom' }, {}, 'provider-fault'],
    // Without `error` there is the status alone; a challenge for Basic is one for the client (RFC 6749 5.2).
    [401, 'Unauthorized', basic, 'credential'],
    [401, '<html>', {}, 'unusable-answer'],
    [401, {}, { 'www-authenticate': 'Bearer' }, 'unusable-answer'],
    [403, '<html>', {}, 'unusable-answer'],
    [500, '<html>', {}, 'provider-fault'],
    [503, { fault: 'down' }, {}, 'provider-fault'],
    [200, '<html>', {}, 'unusable-answer'],
    [200, [], {}, 'unusable-answer'],
  ])('%i %j with %j: %s', async (status, body, headers, category) => {
    expect(await outcomeOf(redeem(status, body, headers))).toMatchObject({ category, serverToServer: true });
  });

  test('and the endpoint and the status are named', async () => {
    const failure = await outcomeOf(redeem(503, '<html>'));
    expect(failure).toMatchObject({ values: { endpoint: `${provider.origin}/token`, status: '503' } });
  });

  test('an endpoint where nobody listens is another thing', async () => {
    const metadata = { ...provider.settings('code').metadata, token_endpoint: 'http://127.0.0.1:1/token' };
    const settings = provider.settings('code', { metadata });
    const failure = await outcomeOf(provider.finish('openid-connect', settings, callbackWith({ code: 'c' })));
    expect(failure).toMatchObject({ category: 'unreachable', values: { endpoint: 'http://127.0.0.1:1/token' } });
  });
});

describe('of a token answer', () => {
  test.each<[number, object]>([
    [201, {}],
    [200, { token_type: undefined }],
    [200, { token_type: null }],
    [200, { token_type: 'bearer' }],
    [200, { refresh_token: '' }],
    [200, { expires_in: 'soon', scope: 7, refresh_token: null }],
  ])('what is harmless is accepted: %i %j', async (status, change) => {
    const body = { access_token: 'at', token_type: 'Bearer', id_token: provider.answers.idToken, ...change };
    expect(await categoryOf(redeem(status, body))).toBe('proved');
  });

  test.each<[object, string, object]>([
    [{ id_token: undefined }, 'login.member-missing', { member: 'id_token', wanted: 'string' }],
    [{ id_token: '' }, 'login.member-wrong', { member: 'id_token', found: '""' }],
    [{ id_token: 7 }, 'login.member-wrong', { member: 'id_token', found: 'number' }],
    [{ access_token: null }, 'login.member-missing', { member: 'access_token' }],
    [{ access_token: ['at'] }, 'login.member-wrong', { member: 'access_token', found: '["at"]' }],
    [{ token_type: 'mac' }, 'login.member-wrong', { member: 'token_type', found: '"mac"', wanted: '"Bearer"' }],
    [{ token_type: 7 }, 'login.member-wrong', { member: 'token_type', found: '7', wanted: '"Bearer"' }],
  ])('the member that is wrong is named: %j', async (change, code, values) => {
    const body = { access_token: 'at', token_type: 'Bearer', id_token: provider.answers.idToken, ...change };
    const failure = (await outcomeOf(redeem(200, body))) as ProviderFailure;
    expect(failure).toMatchObject({
      category: 'unusable-answer',
      values: { ...values, endpoint: `${provider.origin}/token` },
    });
    expect(explanationOf(failure)).toBe(code);
  });

  test.each<[object, string, object]>([
    [{ sub: 7 }, 'login.claim-wrong', { member: 'sub', found: '7', wanted: 'string' }],
    [
      { auth_time: '1700000000' },
      'login.claim-wrong',
      { member: 'auth_time', found: '"1700000000"', wanted: 'number' },
    ],
    [{ exp: 'tomorrow' }, 'login.claim-wrong', { member: 'exp', found: '"tomorrow"', wanted: 'number' }],
    [{ sub: undefined }, 'login.claim-missing', { member: 'sub' }],
    [{ aud: 'other' }, 'login.audience', { member: 'aud', found: '"other"', wanted: '"gatehouse"' }],
    [{ iss: 'https://other.example' }, 'login.issuer', { member: 'iss', found: '"https://other.example"' }],
  ])('the claim that is wrong is named: %j', async (change, code, values) => {
    provider.answers.idToken = await provider.sign({ ...provider.plain(), ...change });
    const failure = (await outcomeOf(redeem(200, undefined))) as ProviderFailure;
    expect(failure).toMatchObject({ values, serverToServer: true });
    expect(explanationOf(failure)).toBe(code);
  });

  test('a token signed with another algorithm than announced names both', async () => {
    const metadata = { ...provider.settings('code').metadata, id_token_signing_alg_values_supported: ['ES256'] };
    const settings = provider.settings('code', { metadata });
    const call = provider.finish('openid-connect', settings, callbackWith({ code: 'c' }));
    const failure = (await outcomeOf(call)) as ProviderFailure;
    expect([explanationOf(failure), failure.values]).toEqual([
      'login.algorithm',
      { found: '"RS256"', wanted: 'ES256' },
    ]);
  });
});
