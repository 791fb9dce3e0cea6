import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSecret } from '../../src/connections/connection-settings.ts';
import { takeTestedSecret } from '../../src/connections/secrets/take-tested-secret.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import { ProviderFailure } from '../../src/connectors/provider-failure.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { configure, inForce } from '../support/federation.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addSession, addUser, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: what was read before a wait is old after it: a secret that was replaced meanwhile (because it leaked) must not come
// back, and one that waits is for the client it was entered for, whatever its row is tied to.

const OLD = 'the secret in use';
const NEXT = 'the secret that waits';

let service: TestService;
let provider: HostileProvider;
let root: Organization;
let api: ApiClient;
let organization: Organization;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  service = await startService();
  provider = await startHostileProvider();
  root = await makeRoot(service);
  const anna = await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator' });
  api = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await service?.close();
  await provider?.stop();
});

const at = (path: string): string => `/organizations/${org(organization)}/authentication${path}`;
const settings = () => ({
  method: 'openid-connect',
  clientId: 'fabrikam',
  discoveryUrl: provider.issuer,
  credential: 'secret',
});
const taken = async () => api.send('POST', at('/client-secrets/in-use'), { secret: 'next' });
const secretInUse = async () =>
  openSecret({ db: service.database.db, secrets: service.secrets }, (await inForce(service, organization))!);

let made = 0;
// A connection that is in use, with a next secret that passed a test.
beforeEach(async () => {
  organization = await makeManaged(service, root, `Fabrikam ${(made += 1)}`);
  await configure(service, organization, { ...settings(), clientSecret: OLD });
  const { db } = service.database;
  const confirmed = { state: 'active', confirmedAt: service.clock.now() } as const;
  await db.updateTable('connection').set(confirmed).where('organizationId', '=', organization.id).execute();
  await api.send('PUT', at('/client-secrets/next'), { clientSecret: NEXT });
  const tested = { testedAt: service.clock.now() };
  await db.updateTable('connectionSecret').set(tested).where('organizationId', '=', organization.id).execute();
});

test('a save that waits for the provider does not write the secret back that was replaced meanwhile', async () => {
  const { version } = (await api.get(at(''))).body;
  const save = async () => api.send('PUT', at(''), { settings: { ...settings(), scope: 'openid email' }, version });
  const held = provider.holdMetadata();
  const saved = save();
  await held.asked;
  expect(await taken()).toMatchObject({ status: 200 });
  held.answer();
  expect(await saved).toMatchObject({ status: 409, body: { code: 'version.conflict' } });
  expect(await secretInUse()).toBe(NEXT);
  // Tried again it keeps the one in use now, and the one before stays beside it.
  expect(await save()).toMatchObject({ status: 200 });
  expect(await secretInUse()).toBe(NEXT);
});

test('a secret of another client of the same directory is not used, shown or tested', async () => {
  // As a server of the version before saves it: the row keeps its id, and nothing is said to what lies beside it.
  const { db } = service.database;
  const other = JSON.stringify({
    ...((await inForce(service, organization))!.settings as object),
    clientId: 'another',
  });
  const beside = db.updateTable('connection').set({ settings: other });
  await beside.where('organizationId', '=', organization.id).execute();
  expect((await api.get(at('/client-secrets'))).body).toMatchObject({ next: null, previous: null });
  expect(await taken()).toMatchObject({ body: { code: 'client-secret.none' } });
  expect(await api.send('POST', at('/trials'), { nextSecret: true })).toMatchObject({
    body: { code: 'client-secret.none' },
  });
  const { clock, secrets, config, url } = service;
  const fetch = createGuardedFetch({ allowedHosts: config.allowedProviderHosts });
  const connectors = createConnectors({ fetch, clock, entraAuthority: config.entraAuthority.origin, ownIssuer: url });
  const texts = createTexts('Gatehouse');
  const refused = new ProviderFailure('credential', 'refused').explainedAs('login.credential', {}).ofServer();
  const connection = (await inForce(service, organization))!;
  expect(await takeTestedSecret({ db, clock, secrets, connectors, texts }, connection, refused)).toBe(false);
  expect(await secretInUse()).toBe(OLD);
});
