import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { federatedMethod } from '../../src/base/federated-method.ts';
import { defineConnector } from '../../src/connectors/define-connector.ts';
import { ProviderFailure } from '../../src/connectors/provider-failure.ts';
import { apiClient } from '../support/api-client.ts';
import { goToProvider } from '../support/federation.ts';
import { makeApplication } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/** A protocol that nobody speaks: the desk sends the browser back with a ticket for the number it was given. */
const method = federatedMethod('ticket-desk');
const anybody = { directoryId: '', name: null, amr: [], acr: null, authTime: null, shown: {} };
const ticketDesk = defineConnector({
  method,
  stateParameter: 'RelayState',
  entered: z.strictObject({ method: z.literal('ticket-desk'), desk: z.url() }),
  settings: z.object({ desk: z.string() }),
  state: z.object({ number: z.string() }),
  adopt: () => null,
  check: async ({ desk }, { organization }) =>
    desk.includes('closed')
      ? { fault: 'discovery.unreachable', field: 'desk' }
      : {
          method,
          issuer: desk,
          redirectUri: organization,
          clientSecret: null,
          credential: 'none' as const,
          settings: { desk },
        },
  credentialExpiresAt: () => null,
  withSecretExpiry: (settings) => settings,
  describe: ({ desk }) => ({ host: new URL(desk).host, hosts: [new URL(desk).host], settings: { desk } }),
  sharesSubjects: () => true,
  async begin({ settings, redirectUri }, { state }) {
    const query = new URLSearchParams({ back: redirectUri, number: '17', RelayState: state });
    return { url: new URL(`${settings.desk}?${query.toString()}`), state: { number: '17' } };
  },
  async finish({ issuer }, { state, parameters }) {
    const [subject = '', number] = (parameters.get('ticket') ?? '').split(' ');
    if (number !== state.number) throw new ProviderFailure('signature', 'another number');
    const addresses = [`${subject}@contoso.example`];
    const about = { issuer, subject, displayAddress: addresses[0]!, claimedAddresses: addresses };
    return { claims: { ...anybody, ...about, provenAddresses: addresses }, fresh: true, refreshed: null };
  },
});

let ticket = '';
const desk = createServer((request, response) => {
  const asked = new URL(request.url ?? '', 'http://desk').searchParams;
  const answer = new URLSearchParams({ ticket, RelayState: asked.get('RelayState') ?? '' });
  response.writeHead(303, { location: `${asked.get('back')}?${answer.toString()}` }).end();
});
let service: TestService;
let houses: Northwind;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });
const address = (): string => `http://127.0.0.1:${(desk.address() as AddressInfo).port}/`;

beforeAll(async () => {
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  service = await startService({ connectors: [ticketDesk] });
  houses = await foundNorthwind(deps());
  await addUser(deps(), houses.contoso, 'maria@contoso.example');
});
afterAll(async () => {
  await service?.close();
  desk.close();
});

test('a connector nobody else knows of is configured by the API, logs somebody in, and explains its failures', async () => {
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  const api = apiClient(service.url, (await addSession(deps(), anna)).token);
  const pane = `/organizations/${org(houses.contoso)}/authentication`;
  const save = async (settings: object, version: number) =>
    api.send('PUT', pane, { settings, version, routeDomains: ['contoso.example'] });

  const malformed = await save({ method: 'ticket-desk', desk: 'nowhere' }, 1);
  expect([malformed.status, malformed.body.errors[0].field]).toEqual([422, 'settings.desk']);
  const closed = await save({ method: 'ticket-desk', desk: 'http://127.0.0.1/closed' }, 1);
  expect(closed.body).toMatchObject({ code: 'connection.refused', errors: [{ field: 'settings.desk' }] });
  const saved = await save({ method: 'ticket-desk', desk: address() }, 1);
  expect(saved.body).toMatchObject({
    method: 'ticket-desk',
    state: 'unconfirmed',
    connection: { method: 'ticket-desk', settings: { desk: address() }, credential: 'none' },
  });
  const document = await (await fetch(`${service.url}/api/openapi.json`)).text();
  expect(document).toContain('"ticket-desk"');

  ticket = 'maria 18';
  await using stranger = openHttpBrowser({ now: () => service.clock.now() });
  expect((await goToProvider(stranger, service, 'maria@contoso.example')).title).not.toContain('Your applications');
  ticket = 'maria 17';
  await using browser = openHttpBrowser({ now: () => service.clock.now() });
  expect((await goToProvider(browser, service, 'maria@contoso.example')).title).toContain('Your applications');
  const after = await api.get(pane);
  expect(after.body).toMatchObject({ state: 'active', connection: { state: 'active' } });

  // It never says when somebody authenticated: an application that asks for it is told so, after one login.
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application } = await makeApplication(service, houses.northwind, { redirectUris: [redirectUri] });
  const reports = { clientId: application.clientId, clientSecret: null, redirectUri };
  await using asking = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const asked = await asking.open(authorizeUrl(service, reports, { max_age: '3600' }));
  const answered = await asking.submit(asked, { email: 'maria@contoso.example' }, { button: 'Continue' });
  expect(answered.stoppedAt?.searchParams.get('error')).toBe('login_required');

  const back = await api.send('POST', `${pane}/switch-back`, { version: after.body.version });
  expect(back.body.method).toBe('built-in');
});
