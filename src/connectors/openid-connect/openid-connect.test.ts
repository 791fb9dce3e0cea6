import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as jose from 'jose';
import type { Claims, Proof } from '../connector.ts';
import type { Flow, ProviderSettings } from './settings.ts';
import { explain, explanationOf, personCode } from '../explain-failure.ts';
import { ProviderFailure } from '../provider-failure.ts';
import { en } from '../../texts/en.ts';
import { categoryOf, outcomeOf, startSayingProvider, callbackWith } from '../../../test/support/saying-provider.ts';
import type { SayingProvider } from '../../../test/support/saying-provider.ts';

let provider: SayingProvider;

beforeAll(async () => {
  provider = await startSayingProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

describe('an answer', () => {
  test.each<[string, Flow, Record<string, string>, string]>([
    ['with iss of another', 'code', { code: 'c', iss: 'https://other.example' }, 'issuer'],
    ['with iss of another beside an ID token', 'id-token', { id_token: 'x', iss: 'https://other.example' }, 'issuer'],
    ['that says no for another', 'id-token', { error: 'access_denied', iss: 'https://other.example' }, 'issuer'],
    ['with an ID token nobody asked for', 'code', { code: 'c', id_token: 'x' }, 'wrong-response'],
    ['without a code', 'code', {}, 'wrong-response'],
    ['without an ID token', 'id-token', { code: 'c' }, 'wrong-response'],
    ['that says no', 'code', { error: 'access_denied', error_description: '<img onerror>' }, 'refused'],
    ['that is down', 'code', { error: 'temporarily_unavailable' }, 'provider-fault'],
  ])('%s is refused before any call', async (_what, flow, parameters, category) => {
    expect(await categoryOf(provider.finish('openid-connect', provider.settings(flow), callbackWith(parameters)))).toBe(
      category,
    );
    expect(provider.asked).toEqual([]);
  });

  test('without iss, where the provider announces it, is refused before any call', async () => {
    const metadata = { ...provider.settings('code').metadata, authorization_response_iss_parameter_supported: true };
    const settings = provider.settings('code', { metadata });
    const call = provider.finish('openid-connect', settings, callbackWith({ code: 'c' }));
    expect(await categoryOf(call)).toBe('issuer');
    const no = provider.finish('openid-connect', settings, callbackWith({ error: 'no' }));
    expect(await categoryOf(no)).toBe('issuer');
    expect(provider.asked).toEqual([]);
  });

  test('of a token endpoint where nobody listens is unreachable', async () => {
    const metadata = { ...provider.settings('code').metadata, token_endpoint: 'http://127.0.0.1:1/token' };
    const call = provider.finish(
      'openid-connect',
      provider.settings('code', { metadata }),
      callbackWith({ code: 'c' }),
    );
    expect(await outcomeOf(call)).toMatchObject({ category: 'unreachable', serverToServer: true });
  });

  test.each<[number, unknown, string]>([
    [307, {}, 'unusable-answer'],
    [200, { padding: 'x'.repeat(200_000) }, 'unusable-answer'],
  ])('of the token endpoint: %s %# is %s', async (status, body, category) => {
    Object.assign(provider.answers, { tokenStatus: status, tokenBody: body });
    const result = await outcomeOf(
      provider.finish('openid-connect', provider.settings('code'), callbackWith({ code: 'c' })),
    );
    expect(result).toMatchObject({ category, serverToServer: true });
  });
});

test('client ID and secret sent by Basic are encoded only where they must be', async () => {
  provider.answers.idToken = await provider.sign({ ...provider.plain(), aud: 'gate-house_1.~' });
  const settings = provider.settings('code', { clientId: 'gate-house_1.~', clientSecret: 'a-b_c.d~e:f g%+ü' });
  expect(await categoryOf(provider.finish('openid-connect', settings, callbackWith({ code: 'c' })))).toBe('proved');
  const sent = Buffer.from(provider.authorizations[0]!.replace('Basic ', ''), 'base64').toString();
  expect(sent).toBe('gate-house_1.~:a-b_c.d~e%3Af%20g%25%2B%C3%BC');
});

describe('addresses', () => {
  const claimsOf = async (change: Record<string, unknown>, given: Partial<ProviderSettings> = {}): Promise<Claims> => {
    const token = await provider.sign({ ...provider.plain(), ...change });
    const call = provider.finish(
      'openid-connect',
      provider.settings('id-token', given),
      callbackWith({ id_token: token }),
    );
    return (await call).claims;
  };

  test.each<[Record<string, unknown>, string[]]>([
    [{}, ['maria@contoso.example']],
    [{ email_verified: 'true' }, []],
    [{ email_verified: 'false' }, []],
    [{ email_verified: undefined }, []],
    [{ email: ['maria@contoso.example'] }, []],
    [{ email: 'maria@contoso.example\r\nBcc: tom@contoso.example' }, []],
  ])('%j proves %j', async (change, proven) => {
    expect((await claimsOf(change)).provenAddresses).toEqual(proven);
  });

  test.each<[unknown, string, string[]]>([
    ['contoso.example', 'maria@contoso.example', ['maria@contoso.example']],
    ['Contoso.example', 'maria@contoso.example', ['maria@contoso.example']],
    [undefined, 'maria@contoso.example', []],
    ['fabrikam.example', 'maria@contoso.example', []],
    ['example', 'maria@contoso.example', []],
    [true, 'maria@contoso.example', []],
    // A consumer account: whoever owns the address, no organization manages it.
    [undefined, 'maria@gmail.com', []],
  ])('of Google with hd %j: %s proves %j', async (hd, email, proven) => {
    const iss = 'https://accounts.google.com';
    const metadata = { ...provider.settings('id-token').metadata, issuer: iss };
    const claims = await claimsOf({ iss, hd, email, email_verified: true }, { issuer: iss, metadata });
    expect(claims.provenAddresses).toEqual(proven);
  });

  test('that only the userinfo endpoint states are asked there, for the same subject', async () => {
    provider.answers.idToken = await provider.sign({
      ...provider.plain(),
      email: undefined,
      email_verified: undefined,
    });
    const login = { auth_time: Math.floor(provider.now.getTime() / 1000), amr: ['hwk'], acr: 'high' };
    provider.answers.userInfo = { sub: 'maria', email: 'maria@contoso.example', email_verified: true, ...login };
    const finish = (): Promise<{ claims: Claims }> =>
      provider.finish('openid-connect', provider.settings('code'), callbackWith({ code: 'c' }));
    const { claims } = await finish();
    expect(claims.provenAddresses).toEqual(['maria@contoso.example']);
    // How and when somebody logged in, the signed ID token alone says.
    expect(claims).toMatchObject({ authTime: null, amr: [], acr: null });
  });

  describe('of a userinfo endpoint', () => {
    const stated = { sub: 'maria', email: 'maria@contoso.example', email_verified: true };
    const finish = async (change: object = {}): Promise<Proof> => {
      provider.answers.idToken = await provider.sign({ ...provider.plain(), email: undefined });
      return provider.finish('openid-connect', provider.settings('code'), callbackWith({ code: 'c' }, change));
    };

    test('are not asked for where the person is bound already', async () => {
      provider.answers.userInfo = stated;
      const asked: unknown[] = [];
      const isBound = async (subject: unknown): Promise<boolean> => asked.push(subject) > 0;
      const proof = await finish({ isBound });
      expect(proof).toMatchObject({ claims: { subject: 'maria', claimedAddresses: [] } });
      expect(proof).not.toHaveProperty('supplement');
      expect(asked).toEqual([{ issuer: provider.origin, directoryId: '', subject: 'maria' }]);
      expect(provider.asked).toEqual(['/token']);
    });

    test.each<[string, () => Promise<string>]>([
      ['its signature', async () => provider.sign(stated)],
      ['issuer and audience', async () => provider.sign({ ...stated, iss: provider.origin, aud: ['x', 'gatehouse'] })],
      ['a key that is new', async () => provider.sign(stated, { kid: 'new' }, provider.stranger.privateKey)],
    ])('are taken from a signed answer by %s', async (_what, makeToken) => {
      provider.answers.userInfoToken = await makeToken();
      const stranger = { ...(await jose.exportJWK(provider.stranger.publicKey)), kid: 'new' };
      provider.answers.keys = { keys: [stranger, ...provider.keys.keys] };
      const proof = await finish();
      expect(proof.supplement).toEqual({ fault: null });
      expect(proof.claims.provenAddresses).toEqual(['maria@contoso.example']);
    });

    test.each<[string, string, () => Promise<object>]>([
      ['another subject', 'claim', async () => ({ userInfo: { ...stated, sub: 'tom' } })],
      ['no subject', 'claim', async () => ({ userInfo: { email: stated.email } })],
      ['401', '', async () => ({ userInfoStatus: 401, userInfo: stated })],
      ['503', '', async () => ({ userInfoStatus: 503, userInfo: stated })],
      ['a list', '', async () => ({ userInfo: [stated] })],
      ['no JSON', '', async () => ({ userInfoToken: undefined, userInfo: { toJSON: () => undefined } })],
      ['more than it may', '', async () => ({ userInfo: { ...stated, photo: 'x'.repeat(300_000) } })],
      [
        'a token of another key',
        'signature',
        async () => ({ userInfoToken: await provider.sign(stated, {}, provider.stranger.privateKey) }),
      ],
      ['a token without a signature', 'signature', async () => ({ userInfoToken: await unsigned(stated) })],
      ['a token of five parts', 'signature', async () => ({ userInfoToken: 'a.b.c.d.e' })],
      ...(
        [
          ['of another issuer', { iss: 'https://other.example' }],
          ['for another application', { aud: 'other' }],
          ['of the past', { exp: 1 }],
          ['with a text as expiry', { exp: 'tomorrow' }],
          ['of another subject', { sub: 'tom' }],
        ] as const
      ).map(([what, change]): [string, string, () => Promise<object>] => [
        `a signed answer ${what}`,
        'claim',
        async () => ({ userInfoToken: await provider.sign({ ...stated, ...change }) }),
      ]),
    ])('are not used of %s, and the ID token proves the person', async (_what, kind, answer) => {
      Object.assign(provider.answers, await answer());
      const proof = await finish();
      expect(proof.claims).toMatchObject({ subject: 'maria', claimedAddresses: [], provenAddresses: [] });
      expect(proof.supplement?.fault?.fault).toBe(kind === '' ? 'login.userinfo' : `login.userinfo-${kind}`);
    });

    const unsigned = async (claims: object): Promise<string> => {
      const [, payload] = (await provider.sign({ ...claims })).split('.');
      return `${Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')}.${payload}.`;
    };
  });

  test('that no userinfo endpoint could state are left out', async () => {
    provider.answers.idToken = await provider.sign({ ...provider.plain(), email: undefined });
    const metadata = { ...provider.settings('code').metadata, userinfo_endpoint: undefined };
    const settings = provider.settings('code', { metadata });
    const { claims } = await provider.finish('openid-connect', settings, callbackWith({ code: 'c' }));
    expect(claims).toMatchObject({ subject: 'maria', claimedAddresses: [] });
    expect(provider.asked).toEqual(['/token']);
  });
});

describe('explanations', () => {
  test('an Entra ID number leads to its own text, any other to its kind', async () => {
    Object.assign(provider.answers, {
      tokenStatus: 401,
      tokenBody: { error: 'invalid_client', error_codes: [7000222], error_description: 'AADSTS7000222: The provided' },
    });
    const failure = (await outcomeOf(
      provider.finish('openid-connect', provider.settings('code'), callbackWith({ code: 'c' })),
    )) as ProviderFailure;
    expect(explanationOf(failure)).toBe('entra.7000222');
    expect(explain('entra.7000222')).toMatchObject({ fix: 'connection.entra.7000222.fix' });
    expect(personCode(failure)).toBe('provider.misconfigured');
    expect(explanationOf(new ProviderFailure('refused', '', { providerCode: 'access_denied' }))).toBe('login.refused');
    expect(explanationOf(new ProviderFailure('refused', '', { providerCode: '12345' }))).toBe('login.refused');
  });
});

test('every explanation says what to do', () => {
  const whats = Object.keys(en).filter((key) => key.startsWith('connection.') && key.endsWith('.what'));
  expect(whats.filter((key) => !(key.replace(/what$/, 'fix') in en))).toEqual([]);
});
