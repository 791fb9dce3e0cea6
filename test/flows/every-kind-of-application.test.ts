import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makeRoot } from '../support/fixtures.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let root: Organization;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
});
afterAll(async () => {
  await service?.close();
});

const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

it.each([
  [
    'web',
    { kind: 'web', redirectUris: ['https://reports.example/back'], initiateLoginUri: 'https://reports.example/in' },
  ],
  [
    'web on this machine',
    {
      kind: 'web',
      redirectUris: ['http://127.0.0.1:9001/back'],
      postLogoutRedirectUris: ['http://127.0.0.1:9001/bye'],
      backchannelLogoutUri: 'http://127.0.0.1:9001/logout',
      initiateLoginUri: 'http://127.0.0.1:9001/in',
    },
  ],
  [
    'web with a key',
    {
      kind: 'web',
      clientAuthentication: 'private_key_jwt',
      jwks: { keys: [jwk] },
      redirectUris: ['https://reports.example/back'],
    },
  ],
  [
    'web, signed with RS256',
    { kind: 'web', signingAlgorithm: 'RS256', redirectUris: ['https://reports.example/back'] },
  ],
  ['browser', { kind: 'browser', redirectUris: ['https://reports.example/app/'] }],
  ['native with a loopback address', { kind: 'native', redirectUris: ['http://127.0.0.1/back'] }],
  ['native with a scheme of its own', { kind: 'native', redirectUris: ['com.example.reports:/back'] }],
] as const)('can be entered once it is registered: %s', async (_kind, settings) => {
  const { application } = await makeApplication(service, root, structuredClone(settings) as never);
  const [redirectUri] = settings.redirectUris;
  const entered = await fetch(
    authorizeUrl(service, { clientId: application.clientId, clientSecret: null, redirectUri }),
    {
      redirect: 'manual',
    },
  );
  expect(entered.headers.get('location')).toMatch(/^\/login\/[\w-]+$/);
});

it('takes any port of a loopback address from a native application, and nothing else that differs', async () => {
  const { application } = await makeApplication(service, root, {
    kind: 'native',
    redirectUris: ['http://127.0.0.1/back'],
  });
  const ask = async (redirectUri: string): Promise<number> => {
    const url = authorizeUrl(service, { clientId: application.clientId, clientSecret: null, redirectUri });
    return (await fetch(url, { redirect: 'manual' })).status;
  };
  expect(await ask('http://127.0.0.1:51234/back')).toBe(303);
  expect(await ask('http://127.0.0.1:51234/other')).toBe(400);
  expect(await ask('http://127.0.0.1:51234/back?foo=bar')).toBe(400);
  expect(await ask('http://127.0.0.1.evil.example/back')).toBe(400);
});

/** Where an authorization request leads: the path of the login, or the error sent to the application. */
async function enter(settings: Parameters<typeof makeApplication>[2], more: Record<string, string | undefined>) {
  const { application } = await makeApplication(service, root, settings);
  const [redirectUri] = settings.redirectUris;
  const asked = { clientId: application.clientId, clientSecret: null, redirectUri: redirectUri! };
  const answer = await fetch(authorizeUrl(service, asked, more), { redirect: 'manual' });
  const location = new URL(answer.headers.get('location') ?? '', service.url);
  return { application, leads: location.searchParams.get('error') ?? location.pathname.split('/')[1] };
}

const WITHOUT_CHALLENGE = { code_challenge: undefined, code_challenge_method: undefined };

it('signs with RS256 unless ES256 was chosen, the standard’s default', async () => {
  const redirectUris = ['https://reports.example/back'];
  expect((await makeApplication(service, root, { redirectUris })).application.signingAlgorithm).toBe('RS256');
});

it('takes requests without a code challenge, and without a nonce, from an application registered without PKCE alone', async () => {
  const redirectUris = ['https://reports.example/back'];
  expect((await enter({ redirectUris }, WITHOUT_CHALLENGE)).leads).toBe('invalid_request');
  expect((await enter({ redirectUris, withoutPkce: true }, WITHOUT_CHALLENGE)).leads).toBe('login');
  expect((await enter({ redirectUris, withoutPkce: true }, { ...WITHOUT_CHALLENGE, prompt: 'none' })).leads).toBe(
    'login_required',
  );
  // One that does send a challenge is held to it.
  const plain = { code_challenge_method: 'plain' };
  expect((await enter({ redirectUris, withoutPkce: true }, plain)).leads).toBe('invalid_request');
});

it('takes a logout request that is posted, as it does one in the address', async () => {
  const body = new URLSearchParams({ state: 'from the form' });
  const sentOn = await fetch(`${service.url}/logout`, { method: 'POST', body, redirect: 'manual' });
  expect([sentOn.status, sentOn.headers.get('location')]).toEqual([303, '/logout?state=from+the+form']);
  const [posted, got] = await Promise.all([
    fetch(`${service.url}/logout`, { method: 'POST', body }),
    fetch(`${service.url}/logout?${body.toString()}`),
  ]);
  const titleOf = async (answer: Response): Promise<unknown> => /<title>(.*?)<\/title>/.exec(await answer.text())?.[1];
  expect([posted.status, await titleOf(posted)]).toEqual([200, await titleOf(got)]);
});

it('answers JSON to programs, whatever media types their HTTP library prefers', async () => {
  for (const [path, body] of [
    ['/oauth2/token', 'grant_type=authorization_code&code=x'],
    ['/oauth2/par', 'response_type=code'],
    ['/oauth2/introspect', 'token=x'],
    ['/oauth2/revoke', 'token=x'],
    ['/oauth2/userinfo', 'access_token=x'],
  ]) {
    const answer = await fetch(`${service.url}${path}`, {
      method: 'POST',
      body: body!,
      headers: { accept: 'text/html,*/*;q=0.8', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([path, answer.headers.get('content-type')]).toEqual([path, expect.stringMatching(/^application\/json/)]);
    expect(await answer.json()).toMatchObject({ error: expect.any(String) });
  }
});
