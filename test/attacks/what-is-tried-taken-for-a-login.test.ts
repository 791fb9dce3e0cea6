import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Application } from '../../src/applications/application.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { allow, makeApiResource, ORDERS } from '../support/api-resources.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { consoleLogin } from '../support/console-login.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { addApiToken } from '../support/people.ts';
import { askForTokens, authorizeUrl, claimsOf, codeFor, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { askToTry, sendTo, tryClientFor } from '../support/tries.ts';

// Lesson: *Try it* gives an administrator what an application would be told. Nobody else gets it, and nothing of it is of
// use in the application.

let service: TestService;
let root: Organization;
let maria: Person;
let reports: Application;
let real: RelyingApplication;
let tried: RelyingApplication;
let annas: HttpBrowser;
let marias: HttpBrowser;
let anna: ApiClient;
let carla: ApiClient;
const open = (): HttpBrowser =>
  openHttpBrowser({
    now: () => service.clock.now(),
    stopAt: (url) => url.port === '9001' || url.pathname.startsWith('/console/'),
  });

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  maria = await makePerson(service, contoso, 'maria@contoso.example');
  const register = async (name: string): Promise<[Application, string | null]> => {
    const made = await makeApplication(service, root, {
      name,
      firstParty: name === 'Tickets',
      redirectUris: ['http://127.0.0.1:9001/back'],
    });
    return [made.application, made.clientSecret];
  };
  const [application, clientSecret] = await register('Reports');
  reports = application;
  real = { clientId: reports.clientId, clientSecret, redirectUri: 'http://127.0.0.1:9001/back' };
  tried = tryClientFor(service, reports);
  const enter = async (
    address: string,
    organization: Organization,
    role: 'administrator',
  ): Promise<[HttpBrowser, ApiClient]> => {
    const person = await makePerson(service, organization, address, { role, breakGlass: organization === root });
    const browser = open();
    const login = consoleLogin(service);
    return [browser, await login.api(await logIn(browser, service, await login.open(browser), person))];
  };
  [annas, anna] = await enter('anna@northwind.example', root, 'administrator');
  [, carla] = await enter('carla@contoso.example', contoso, 'administrator');
  marias = open();
  const [tickets, secret] = await register('Tickets');
  const other = { clientId: tickets.clientId, clientSecret: secret, redirectUri: real.redirectUri };
  await logIn(marias, service, await marias.open(authorizeUrl(service, other)), maria);
});
afterAll(async () => {
  await annas?.[Symbol.asyncDispose]();
  await marias?.[Symbol.asyncDispose]();
  await service?.close();
});

const ticketOf = async (application = reports, challenge?: string): Promise<string> =>
  String((await askToTry(anna, application, challenge)).body.ticket);

test('without a ticket nobody is asked anything, whoever is logged in', async () => {
  await using stranger = open();
  for (const browser of [stranger, annas, marias]) {
    expect(await sendTo(browser, service, tried, undefined)).toMatchObject({ error: 'access_denied' });
  }
});

test('a ticket that is changed, of another application or of another browser opens nothing', async () => {
  const ticket = await ticketOf();
  const [ends = '', user = '', mac = ''] = ticket.split('.');
  const { application: other } = await makeApplication(service, root, {
    name: 'Other',
    redirectUris: ['http://127.0.0.1:9001/back'],
  });
  const wrong = {
    later: `${Number(ends) + 600}.${user}.${mac}`,
    another: `${ends}.${formatId('usr', maria.userId)}.${mac}`,
    cut: ticket.slice(0, -1),
    'of another application': await ticketOf(other),
    'of another browser': await ticketOf(reports, 'x'.repeat(43)),
    empty: '',
  };
  for (const [name, given] of Object.entries(wrong)) {
    expect([name, await sendTo(annas, service, tried, given)]).toMatchObject([name, { error: 'access_denied' }]);
  }
  expect(await sendTo(annas, service, tried, ticket)).toHaveProperty('code');
});

test('an administrator’s ticket gives nothing about another person, who is logged in or logs in by it', async () => {
  const ticket = await ticketOf();
  expect(await sendTo(marias, service, tried, ticket)).toMatchObject({ error: 'access_denied' });
  await using browser = open();
  const page = await browser.open(authorizeUrl(service, tried, { try_ticket: ticket }));
  expect(page.text).toContain('Reports');
  const back = await logIn(browser, service, page, maria);
  expect(Object.fromEntries((back.stoppedAt ?? back.url).searchParams)).toMatchObject({ error: 'access_denied' });
});

test('nobody but an administrator of the owner begins, and no program', async () => {
  const editor = await makePerson(service, root, 'ed@northwind.example', { role: 'editor' });
  const browser = open();
  const login = consoleLogin(service);
  const edits = await login.api(await logIn(browser, service, await login.open(browser), editor));
  await browser[Symbol.asyncDispose]();
  const ground = { db: service.database.db, clock: service.clock };
  const program = apiClient(service.url, await addApiToken(ground, root, 'administrator'));
  const statuses = await Promise.all(
    [carla, edits, program, apiClient(service.url)].map(async (api) => (await askToTry(api, reports)).status),
  );
  expect(statuses).toEqual([404, 403, 403, 401]);
});

test('what is given is made out to the try alone: the application can neither redeem nor ask about it, nor the try the application’s', async () => {
  const { code = '' } = await sendTo(annas, service, tried, await ticketOf());
  expect((await redeem(service, { ...real, redirectUri: tried.redirectUri }, code)).body).toMatchObject({
    error: 'invalid_grant',
  });
  const again = await sendTo(annas, service, tried, await ticketOf());
  const { status, body } = await redeem(service, tried, again['code'] ?? '');
  expect(status).toBe(200);
  expect(claimsOf(body.id_token)).toMatchObject({ aud: tried.clientId });
  expect(body).not.toHaveProperty('refresh_token');
  const asked = await fetch(new URL('/oauth2/introspect', service.url), {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${real.clientId}:${real.clientSecret}`)}` },
    body: new URLSearchParams({ token: body.access_token ?? '' }),
  });
  expect(await asked.json()).toEqual({ active: false });
  // Its client redeems no code of the application.
  const page = await annas.open(authorizeUrl(service, real));
  const consented = page.stoppedAt === undefined ? await annas.submit(page, {}, { button: 'Allow' }) : page;
  const own = (consented.stoppedAt ?? consented.url).searchParams.get('code') ?? '';
  expect(own).not.toBe('');
  expect((await redeem(service, { ...tried, redirectUri: real.redirectUri }, own)).body).toMatchObject({
    error: 'invalid_grant',
  });
});

test('a code is redeemed once, and only with the verifier of the browser that began', async () => {
  const { code = '' } = await sendTo(annas, service, tried, await ticketOf());
  const form = { grant_type: 'authorization_code', redirect_uri: tried.redirectUri, code };
  expect(
    (await askForTokens(service, tried, { ...form, code_verifier: 'another-verifier-of-forty-three-characters-' }))
      .status,
  ).toBe(400);
  const { code: next = '' } = await sendTo(annas, service, tried, await ticketOf());
  const { body } = await redeem(service, tried, next);
  expect((await redeem(service, tried, next)).body).toMatchObject({ error: 'invalid_grant' });
  // Its second use ended what the first gave.
  const told = await fetch(new URL('/oauth2/userinfo', service.url), {
    headers: { authorization: `Bearer ${body.access_token}` },
  });
  expect(told.status).toBe(401);
});

test('a try gives no access token for an API that the application may ask for', async () => {
  const resource = await makeApiResource(service, root);
  await allow(service, root, reports, resource, ['orders:read']);
  const more = { resource: ORDERS, scope: 'openid orders:read' };
  expect(await sendTo(annas, service, tried, await ticketOf(), more)).toMatchObject({ error: 'invalid_target' });
});

test('a ticket is asked for a pushed request, too', async () => {
  const pushed = await fetch(new URL('/oauth2/par', service.url), {
    method: 'POST',
    body: authorizeUrl(service, tried).searchParams,
  });
  expect([pushed.status, await pushed.json()]).toMatchObject([400, { error: 'access_denied' }]);
});

test('an application that is narrowed to others refuses its own administrator in a try as well', async () => {
  const { application } = await makeApplication(service, root, {
    name: 'Narrowed',
    redirectUris: ['http://127.0.0.1:9001/back'],
    access: [maria.organizationId],
  });
  const answer = await sendTo(annas, service, tryClientFor(service, application), await ticketOf(application));
  expect(answer).toMatchObject({
    error: 'access_denied',
    error_description: 'this application is not available to you',
  });
});

test('a try gives no consent: the application still asks for it', async () => {
  const { application, clientSecret } = await makeApplication(service, root, {
    name: 'Asking',
    firstParty: false,
    redirectUris: ['http://127.0.0.1:9001/back'],
  });
  expect(await sendTo(annas, service, tryClientFor(service, application), await ticketOf(application))).toHaveProperty(
    'code',
  );
  const asking = { clientId: application.clientId, clientSecret, redirectUri: 'http://127.0.0.1:9001/back' };
  await expect(codeFor(annas, service, asking)).rejects.toThrow('did not come back with a code');
  expect(
    await service.database.db
      .selectFrom('applicationConsent')
      .select('applicationId')
      .where('applicationId', '=', application.id)
      .execute(),
  ).toEqual([]);
});

test('a ticket opens nothing after ten minutes', async () => {
  const ticket = await ticketOf();
  service.clock.advance(601);
  expect(await sendTo(annas, service, tried, ticket)).toMatchObject({
    error: 'access_denied',
    error_description: 'begin at the page of the application',
  });
});
