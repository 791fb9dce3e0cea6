import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, claimsOf, codeFor, codeIn, redeem, refresh } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let reports: RelyingApplication;
let tickets: RelyingApplication;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  maria = await makePerson(service, contoso, 'maria@contoso.example');
  reports = await register('Reports', 'http://127.0.0.1:9001/back');
  tickets = await register('Tickets', 'http://127.0.0.1:9002/back');

  async function register(name: string, redirectUri: string): Promise<RelyingApplication> {
    const { application, clientSecret } = await makeApplication(service, root, { name, redirectUris: [redirectUri] });
    return { clientId: application.clientId, clientSecret, redirectUri };
  }
});
afterAll(async () => {
  await service?.close();
});

function openBrowser(): HttpBrowser {
  return openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001' || url.port === '9002',
  });
}

describe('one login', () => {
  it('reaches the application it came from with the claims it may have, and a second one without a question', async () => {
    await using browser = openBrowser();
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    expect(back.stoppedAt?.searchParams.get('state')).toBe('state-of-the-application');
    expect(back.stoppedAt?.searchParams.get('iss')).toBe(service.url);

    const first = await redeem(service, reports, codeIn(back, reports));
    expect(first.status).toBe(200);
    const claims = claimsOf(first.body.id_token);
    expect(claims).toMatchObject({
      iss: service.url,
      aud: reports.clientId,
      sub: formatId('usr', maria.userId),
      org_id: formatId('org', maria.organizationId),
      home_org_id: formatId('org', maria.organizationId),
      org_name: 'Contoso',
      email: 'maria@contoso.example',
      email_verified: true,
      roles: [],
    });
    expect(claims['amr']).toEqual(expect.arrayContaining(['pwd', 'otp', 'mfa']));
    expect(claims['sid']).toEqual(expect.any(String));

    const second = await redeem(service, tickets, await codeFor(browser, service, tickets));
    expect(second.status).toBe(200);
    expect(claimsOf(second.body.id_token)['sub']).toBe(claims['sub']);
    expect(claimsOf(second.body.id_token)['sid']).not.toBe(claims['sid']);
  });

  it('costs four statements and two commits when it is silent, also when it is marked as the last login that worked', async () => {
    await using browser = openBrowser();
    await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    await redeem(service, tickets, await codeFor(browser, service, tickets));
    service.clock.advance(61);
    await codeFor(browser, service, tickets); // reads the application again
    const before = service.clock.now();

    let code = '';
    const authorize = await service.countStatements(async () => {
      code = await codeFor(browser, service, tickets);
    });
    const token = await service.countStatements(async () => {
      expect((await redeem(service, tickets, code)).status).toBe(200);
    });
    expect({ statements: authorize.statements, commits: authorize.commits }).toEqual({ statements: 2, commits: 1 });
    expect({ statements: token.statements, commits: token.commits }).toEqual({ statements: 2, commits: 1 });
    const marked = await service.database.db.selectFrom('applicationHealth').select('lastLoginAt').execute();
    expect(marked.filter(({ lastLoginAt }) => lastLoginAt >= before)).toHaveLength(1);
  });

  it('asks again when the application wants a fresh login, and answers login_required when it may not ask', async () => {
    await using browser = openBrowser();
    const silent = await browser.open(authorizeUrl(service, reports, { prompt: 'none' }));
    expect(silent.stoppedAt?.searchParams.get('error')).toBe('login_required');
    expect(silent.stoppedAt?.searchParams.get('iss')).toBe(service.url);

    await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    const asked = await browser.open(authorizeUrl(service, reports, { prompt: 'login' }));
    expect(asked.stoppedAt).toBeUndefined();
    expect(asked.url.pathname).toMatch(/^\/login\//);
  });

  it('takes a posted authorization request as the same request, with the session of its browser', async () => {
    await using browser = openBrowser();
    await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    const url = authorizeUrl(service, reports);
    const elsewhere = new URL('https://reports.example/start');
    const back = await browser.post(new URL('/oauth2/authorize', service.url), url.searchParams, elsewhere);
    expect((await redeem(service, reports, codeIn(back, reports))).status).toBe(200);
  });

  it('gives refresh tokens that end with the session', async () => {
    await using browser = openBrowser();
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    const first = await redeem(service, reports, codeIn(back, reports));
    const second = await refresh(service, reports, String(first.body.refresh_token));
    expect(second.status).toBe(200);

    service.clock.advance(13 * 3600);
    expect((await refresh(service, reports, String(second.body.refresh_token))).body.error).toBe('invalid_grant');
  });
});
