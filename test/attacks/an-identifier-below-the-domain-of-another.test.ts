import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { addVerifiedDomain } from '../support/add-domain-claim.ts';
import { apiClient } from '../support/api-client.ts';
import { allow, makeApiResource, makeMachine } from '../support/api-resources.ts';
import { makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { addApiToken } from '../support/people.ts';
import { askForTokens } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

// Lesson: whoever registers an identifier first keeps it, also when its domain turns out to be another organization's.

const PAY = 'https://Pay.fabrikam.example/v1';

let service: TestService;
let contoso: Organization;
let fabrikam: Organization;
let machine: Awaited<ReturnType<typeof makeMachine>>;
beforeAll(async () => {
  service = await startService();
  const root = await makeRoot(service);
  contoso = await makeManaged(service, root, 'Contoso');
  fabrikam = await makeManaged(service, root, 'Fabrikam');
  await makePerson(service, contoso, 'admin@contoso.example', { role: 'administrator' });
  machine = await makeMachine(service, contoso);
  const theirs = await makeApiResource(service, contoso, { audience: PAY, name: 'Pay', tokenFormat: 'opaque' });
  const own = await makeApiResource(service, contoso, { audience: 'https://api.contoso.example', name: 'Own' });
  for (const resource of [theirs, own]) await allow(service, contoso, machine.application, resource, ['orders:read']);
});
afterAll(async () => service?.close());

const ask = async (resource: string) =>
  (await askForTokens(service, { ...machine, redirectUri: '' }, { grant_type: 'client_credentials', resource })).body;

async function isActive(token: unknown): Promise<unknown> {
  const answer = await fetch(`${service.url}/oauth2/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${machine.clientId}:${machine.clientSecret}`)}` },
    body: new URLSearchParams({ token: String(token) }),
  });
  return ((await answer.json()) as { active: unknown }).active;
}

const verify = async (organization: Organization, domain: string): Promise<void> =>
  addVerifiedDomain({ db: service.database.db, clock: service.clock }, organization, domain);

test('no tokens are made for it, and those there are end, once another organization verified the domain', async () => {
  const token = (await ask(PAY)).access_token;
  expect(await isActive(token)).toBe(true);
  await verify(fabrikam, 'fabrikam.example');
  expect((await ask(PAY)).error).toBe('invalid_target');
  expect(await isActive(token)).toBe(false);
  expect((await ask('https://api.contoso.example')).access_token).toEqual(expect.any(String));
  // The longest domain counts: a part of it may be somebody else's.
  await verify(contoso, 'pay.fabrikam.example');
  expect((await ask(PAY)).access_token).toEqual(expect.any(String));
  await service.database.db.deleteFrom('domainVerification').where('domain', '=', 'pay.fabrikam.example').execute();
});

test('who verified it takes it over, and both logs say so; who had it is not told by whom, and does not get it back', async () => {
  const made = await makeApiResource(service, fabrikam, { audience: PAY, name: 'Payments' });
  expect(made.organizationId).toBe(fabrikam.id);
  const logOf = async (organization: Organization) => {
    const api = apiClient(
      service.url,
      await addApiToken({ db: service.database.db, clock: service.clock }, organization, 'administrator'),
    );
    const { body } = await api.get(`/organizations/${formatId('org', organization.id)}/audit-events`);
    return body.items as { kind: string; details: object; actor: object }[];
  };
  const told = (await logOf(contoso)).filter(({ kind }) => kind === 'api-resource.taken-over');
  expect(told).toMatchObject([{ details: { resource: PAY, name: 'Pay' } }]);
  expect(JSON.stringify(told)).not.toMatch(/Fabrikam|fixtures/);
  expect(await logOf(fabrikam)).toContainEqual(
    expect.objectContaining({ kind: 'api-resource.made', details: expect.objectContaining({ takenOver: true }) }),
  );
  const mails = service.database.db.selectFrom('mailOutbox').select('kind').where('organizationId', '=', contoso.id);
  expect(await mails.execute()).toContainEqual({ kind: 'audience-taken-over' });
  await expect(makeApiResource(service, contoso, { audience: PAY })).rejects.toMatchObject({
    code: 'api-resource.audience-taken',
  });
  await expect(makeApiResource(service, fabrikam, { audience: PAY })).rejects.toMatchObject({
    code: 'api-resource.audience-taken',
  });
});

test('nobody takes over what is below a domain that nobody verified', async () => {
  await expect(makeApiResource(service, fabrikam, { audience: 'https://api.contoso.example' })).rejects.toMatchObject({
    code: 'api-resource.audience-taken',
  });
});

test('an identifier whose host is spelled otherwise than it is read is refused', async () => {
  for (const audience of [
    'https:\\\\pay.fabrikam.example',
    'https:pay.fabrikam.example',
    'https://pay%2efabrikam.example',
  ]) {
    await expect(makeApiResource(service, contoso, { audience })).rejects.toMatchObject({
      fields: [{ code: 'uri.characters' }],
    });
  }
});
