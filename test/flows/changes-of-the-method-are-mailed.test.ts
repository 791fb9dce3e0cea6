import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import { makeManaged, makeRoot } from '../support/fixtures.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addSession, addUser } from '../support/people.ts';
import { startContoso } from '../support/start-provider.ts';
import type { Contoso } from '../support/start-provider.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let contoso: Contoso;
let mailbox: Mailbox;
let service: TestService;
let root: Organization;

beforeAll(async () => {
  contoso = await startContoso();
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
  await contoso?.stop();
});

const deps = () => ({ db: service.database.db, clock: service.clock });

test('every change of the method is mailed to the administrators of both organizations', async () => {
  const organization = await makeManaged(service, root, 'Contoso');
  await addUser(deps(), root, 'anna@northwind.example', { role: 'administrator', proven: true });
  const ada = await addUser(deps(), organization, 'ada@contoso.example', {
    role: 'administrator',
    proven: true,
  });
  // An administrator of the organization itself, who does not reach the one above.
  const { token } = await addSession({ ...deps(), url: service.url }, ada);
  const api = apiClient(service.url, token);
  const path = `/organizations/${formatId('org', organization.id)}/authentication`;
  const settings = {
    method: 'openid-connect',
    clientId: 'gatehouse',
    discoveryUrl: contoso.issuer,
    credential: 'secret',
    clientSecret: 'what Contoso gave us',
  };
  const version = async (): Promise<number> => (await api.get(path)).body.version as number;
  const subject = 'People of Contoso log in another way';
  const told = async (): Promise<string[]> => {
    const mails = [];
    for (const to of ['anna@northwind.example', 'ada@contoso.example'])
      mails.push(await mailbox.waitForMail({ to, subject }));
    mailbox.clear();
    return mails.map(({ text }) => text);
  };
  mailbox.clear();
  const saved = await api.send('PUT', path, { settings, version: await version() });
  expect(saved.status).toBe(200);
  for (const text of await told()) {
    expect(text).toContain('ada@contoso.example changed how the people of Contoso log in');
    expect(text).toContain(`They are sent to ${new URL(contoso.issuer).host} to log in.`);
  }
  expect((await api.send('POST', `${path}/switch-back`, { version: await version() })).status).toBe(200);
  for (const text of await told()) expect(text).toContain('From now on: Gatehouse Authentication');
});
