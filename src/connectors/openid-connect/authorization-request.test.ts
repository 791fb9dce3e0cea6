import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../base/clock.ts';
import { learn } from './adapt-request.ts';
import type { ProviderSettings, RequestState } from './settings.ts';
import { callbackWith, startSayingProvider } from '../../../test/support/saying-provider.ts';
import type { SayingProvider } from '../../../test/support/saying-provider.ts';

let provider: SayingProvider;

beforeAll(async () => {
  provider = await startSayingProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

test('the authorization request carries state, nonce, PKCE and the hint, and no prompt', async () => {
  const request = { state: 's', loginHint: 'maria@contoso.example', maxAge: null, chooseAccount: false };
  const code = await provider.begin('openid-connect', provider.settings('code'), request);
  const { codeVerifier, nonce } = code.state as RequestState;
  expect(Object.fromEntries(code.url.searchParams)).toMatchObject({
    response_type: 'code',
    state: 's',
    nonce,
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256')
      .update(codeVerifier ?? '')
      .digest('base64url'),
    login_hint: 'maria@contoso.example',
  });
  expect(code.url.searchParams.has('prompt')).toBe(false);
  const settings = { ...provider.settings('id-token'), directoryId: '0f9a3b1c-1111-4222-8333-444455556666' };
  const front = await provider.begin('entra-id', settings, { ...request, maxAge: 0 });
  expect(Object.fromEntries(front.url.searchParams)).toMatchObject({
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'login',
    max_age: '60', // 0 makes some providers ask without end
  });
});

describe('scopes', () => {
  const request = { state: 's', loginHint: null, maxAge: null, chooseAccount: false };
  const scopeOf = async (change: Partial<ProviderSettings>, adapted = {}): Promise<unknown> => {
    const begun = await provider.begin('openid-connect', provider.settings('code', change), { ...request, adapted });
    return begun.url.searchParams.get('scope');
  };

  test('are those entered; openid alone for a day after more was refused', async () => {
    expect(await scopeOf({})).toBe('openid profile email');
    expect(await scopeOf({ scope: 'openid groups' })).toBe('openid groups');
    expect(await scopeOf({}, { scope: 'openid' })).toBe('openid');
    const learned = { openidAloneAt: provider.now };
    expect(await scopeOf({ learned })).toBe('openid');
    provider.clock.at = new Date(provider.now.getTime() + DAY * 1000);
    expect(await scopeOf({ learned })).toBe('openid profile email');
  });

  test('that a browser says were refused are learned of no connection that worked before', () => {
    const state = { scope: 'openid', adapted: { scope: 'openid' } } as RequestState;
    const { now } = provider;
    expect(learn(provider.settings('code'), state, { hadSuccess: true, now })).toBeNull();
    expect(learn(provider.settings('code'), state, { hadSuccess: false, now })).toMatchObject({
      openidAloneAt: now,
    });
  });

  test('that were allowed after all are asked for from then on', async () => {
    provider.answers.idToken = await provider.sign(provider.plain());
    const settings = provider.settings('code', { learned: { openidAloneAt: provider.now } });
    const { learned } = await provider.finish('openid-connect', settings, callbackWith({ code: 'c' }));
    expect(learned).toEqual({ clientAuthentication: undefined, openidAloneAt: undefined });
  });
});

describe('another account', () => {
  const request = { state: 's', loginHint: 'maria@contoso.example', maxAge: null, chooseAccount: true };
  const promptOf = async (listed: string[] | undefined, change: object = {}): Promise<unknown> => {
    const metadata = { ...provider.settings('code').metadata, prompt_values_supported: listed };
    const begun = await provider.begin('openid-connect', provider.settings('code', { metadata }), {
      ...request,
      ...change,
    });
    expect(begun.url.searchParams.has('login_hint')).toBe(false);
    return begun.url.searchParams.get('prompt');
  };

  test('is asked for by select_account, unless the provider lists what it takes and not that', async () => {
    expect(await promptOf(undefined)).toBe('select_account');
    expect(await promptOf(['none', 'select_account'])).toBe('select_account');
    expect(await promptOf(['none', 'login'])).toBe('login');
    expect(await promptOf(undefined, { adapted: { prompt: 'login' }, chooseAccount: false })).toBe('login');
    expect(await promptOf(undefined, { maxAge: 0 })).toBe('login');
  });
});
