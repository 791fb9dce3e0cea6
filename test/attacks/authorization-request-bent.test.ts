import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makeRoot } from '../support/fixtures.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let application: RelyingApplication;
let root: Organization;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  const made = await makeApplication(service, root, { redirectUris: ['https://reports.example/back'] });
  application = {
    clientId: made.application.clientId,
    clientSecret: made.clientSecret,
    redirectUri: 'https://reports.example/back',
  };
});
afterAll(async () => {
  await service?.close();
});

/** Where an authorization request leads, without following. */
async function ask(url: URL): Promise<{ status: number; location: URL | null; body: string }> {
  const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
  const location = answer.headers.get('location');
  return {
    status: answer.status,
    location: location === null ? null : new URL(location, service.url),
    body: await answer.text(),
  };
}

describe('a redirect URI that is not registered exactly', () => {
  it.each([
    'https://evil.example/back',
    'http://reports.example/back',
    'https://reports.example:8443/back',
    'https://reports.example/Back',
    'https://reports.example/back/',
    'https://reports.example/back?code=evil&state=x',
    'https://reports.example/back#code=evil',
    'https://reports.example/back/../evil',
    'https://reports.example/back/..;/evil',
    'https://reports.example/%2f..%2fevil',
    'https://reports.example\\@evil.example/back',
    'https://reports.example@evil.example/back',
    'http://localhost.evil.example/back',
    'javascript:alert(1)',
    '',
  ])('is not redirected to: %s', async (redirectUri) => {
    const { status, location, body } = await ask(authorizeUrl(service, application, { redirect_uri: redirectUri }));
    expect(status).toBe(400);
    expect(location).toBeNull();
    expect(body).not.toContain('evil.example');
  });

  it('is recorded for the owner of the application, some times and not without end', async () => {
    const { db } = service.database;
    const before = (await db.selectFrom('auditEvent').select('id').execute()).map(({ id }) => id);
    service.clock.advance(11 * 60);
    for (let request = 0; request < 15; request += 1) {
      await ask(authorizeUrl(service, application, { redirect_uri: 'https://evil.example/back' }));
    }
    const rows = await db
      .selectFrom('auditEvent')
      .select(['kind', 'organizationId', 'details'])
      .where('id', 'not in', before)
      .execute();
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatchObject({ kind: 'application.request-refused', organizationId: root.id });
    expect(rows[0]?.details).toMatchObject({ application: application.clientId, reference: expect.any(String) });
  });

  it('is not guessed when it is missing', async () => {
    const { status, location } = await ask(authorizeUrl(service, application, { redirect_uri: undefined }));
    expect([status, location]).toEqual([400, null]);
  });
});

describe('a request without proof of possession or with what is switched off', () => {
  it.each([
    ['no code challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['a plain code challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['an ID token at once', { response_type: 'id_token', nonce: 'n' }, 'unsupported_response_type'],
    ['a token at once', { response_type: 'token' }, 'unsupported_response_type'],
    ['a code and an ID token', { response_type: 'code id_token', nonce: 'n' }, 'unsupported_response_type'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request by address', { request_uri: 'http://127.0.0.1:1/trap' }, 'request_uri_not_supported'],
    ['prompt none with another', { prompt: 'none login' }, 'invalid_request'],
    ['an organization that is none', { organization: 'usr_x' }, 'invalid_request'],
  ])('is refused: %s', async (_what, more: Record<string, string | undefined>, error) => {
    const { status, location } = await ask(authorizeUrl(service, application, more));
    if (location === null) expect(status).toBe(400);
    else {
      expect(location.href.startsWith(application.redirectUri)).toBe(true);
      expect(location.searchParams.get('code')).toBeNull();
      expect(location.searchParams.get('error') ?? new URLSearchParams(location.hash.slice(1)).get('error')).toBe(
        error,
      );
    }
  });

  it.each(['', "' or 1=1--", 'x'.repeat(7000), 'start%00'])(
    'is refused for an unknown application',
    async (clientId) => {
      const { status, location } = await ask(authorizeUrl(service, application, { client_id: clientId }));
      expect([400, 414, 431]).toContain(status);
      expect(location).toBeNull();
    },
  );

  it('takes no parameter twice', async () => {
    for (const name of ['redirect_uri', 'client_id', 'response_type', 'code_challenge', 'scope']) {
      const url = authorizeUrl(service, application);
      url.searchParams.append(name, 'https://evil.example/back');
      const { location } = await ask(url);
      expect(location?.host).not.toBe('evil.example');
      expect(location?.searchParams.get('code') ?? null).toBeNull();
      expect(location?.pathname.startsWith('/login/') ?? false).toBe(false);
    }
  });
});

describe('an answer that is sent on without a person’s doing', () => {
  it.each([
    ['nobody is logged in', { prompt: 'none' }, 'login_required'],
    ['the request is refused', { code_challenge: undefined }, 'invalid_request'],
  ])('says nothing of the person, and not where it came from: %s', async (_name, bent, error) => {
    const url = authorizeUrl(service, application, bent);
    const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const { origin, pathname, searchParams } = new URL(answer.headers.get('location')!);
    expect(`${origin}${pathname}`).toBe(application.redirectUri);
    const { error_description: _said, ...told } = Object.fromEntries(searchParams);
    expect(told).toEqual({ error, state: url.searchParams.get('state'), iss: service.url });
  });
});

describe('a stranger who says what the host is', () => {
  it('does not change discovery', async () => {
    const path = '/.well-known/openid-configuration';
    const plain = await (await fetch(new URL(path, service.url))).text();
    const bent = await fetch(`http://127.0.0.1:${service.port}${path}`, {
      headers: {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        forwarded: 'host=evil.example;proto=https',
        'x-original-url': '/evil',
      },
    });
    expect(await bent.text()).toBe(plain);
    expect(plain).not.toContain('evil.example');
  });

  it('does not change where a login goes', async () => {
    const url = authorizeUrl(service, application);
    const answer = await fetch(`http://127.0.0.1:${service.port}${url.pathname}${url.search}`, {
      redirect: 'manual',
      headers: { 'x-forwarded-host': 'evil.example' },
    });
    expect(answer.headers.get('location')).toMatch(/^\/login\//);
  });
});

it('a body that is no form is not taken as one', async () => {
  const body = authorizeUrl(service, application).searchParams.toString();
  for (const type of ['text/plain', 'application/json']) {
    const headers = { accept: 'text/html', 'content-type': type };
    const url = new URL('/oauth2/authorize', service.url);
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', headers, body });
    expect([type, answer.status]).toEqual([type, 404]);
  }
});
