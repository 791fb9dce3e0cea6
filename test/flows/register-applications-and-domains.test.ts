import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addSession, addUser, foundNorthwind, org } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { User } from '../../src/users/user.ts';

let service: TestService;
let mailbox: Mailbox;
let houses: Northwind;
let anna: User;
let administrator: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({
    settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'Gatehouse <gatehouse@northwind.example>' },
  });
  houses = await foundNorthwind(deps());
  anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

describe('applications', () => {
  test('keep the word of their preset, also of one that this version does not know, and nothing that is no word', async () => {
    const path = `/organizations/${org(houses.northwind)}/applications`;
    const input = { name: 'Feeds', kind: 'web', redirectUris: ['https://rss.northwind.example/callback'] };
    const registered = await administrator.send('POST', path, { ...input, preset: 'of-next-year' });
    expect([registered.status, registered.body.application.preset]).toEqual([201, 'of-next-year']);
    for (const preset of ['<b>', 'A', '', '../x', 'a b', 'x'.repeat(41), 7]) {
      const bad = await administrator.send('POST', path, { ...input, preset });
      expect([preset, bad.status]).toEqual([preset, 422]);
    }
    const { id } = registered.body.application;
    expect((await administrator.send('DELETE', `${path}/${id}?confirm=Feeds`)).status).toBe(204);
  });

  test('are registered with a secret shown once, changed by mail to administrators, and removed', async () => {
    const path = `/organizations/${org(houses.northwind)}/applications`;
    const input = { name: 'Reports', kind: 'web', redirectUris: ['https://reports.northwind.example/callback'] };
    const registered = await administrator.send('POST', path, input, { 'idempotency-key': 'reports-1' });
    expect(registered.status).toBe(201);
    const { application, clientSecret } = registered.body;
    expect(clientSecret).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(application).toMatchObject({
      clientId: application.id,
      clientAuthentication: 'client_secret_basic',
      firstParty: false,
    });

    const again = await administrator.send('POST', path, input, { 'idempotency-key': 'reports-1' });
    expect([again.status, again.body]).toEqual([201, registered.body]);
    const other = await administrator.send(
      'POST',
      path,
      { ...input, name: 'Tickets' },
      { 'idempotency-key': 'reports-1' },
    );
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.mismatch']);
    const list = await administrator.get(path);
    expect(list.body.items).toEqual([{ ...application, health: 'unused' }]);
    expect(JSON.stringify(list.body)).not.toContain(clientSecret);

    const changed = await administrator.send('PATCH', `${path}/${application.id}`, {
      redirectUris: ['https://reports.northwind.example/back'],
      firstParty: true,
      version: 1,
    });
    expect(changed.body).toMatchObject({ firstParty: true, version: 2 });
    const mail = await mailbox.waitForMail({ to: 'anna@northwind.example' });
    expect(mail.text).toContain('https://reports.northwind.example/back');

    const rotated = await administrator.send('POST', `${path}/${application.id}/rotate-secret`);
    expect(rotated.body.clientSecret).not.toBe(clientSecret);
    const bad = await administrator.send('POST', path, {
      ...input,
      redirectUris: ['http://reports.northwind.example/cb'],
    });
    expect([bad.status, bad.body.code, bad.body.errors[0].field]).toEqual([
      422,
      'application.redirect-uri',
      'redirectUris.0',
    ]);
    expect((await administrator.send('DELETE', `${path}/${application.id}?confirm=Reports`)).status).toBe(204);
  });
});

describe('domains', () => {
  test('are routed from above, once, and never public ones', async () => {
    const contoso = `/organizations/${org(houses.contoso)}/domains`;
    const routed = await administrator.send('PUT', `${contoso}/Contoso.example`);
    expect([routed.status, routed.body.domain, routed.body.verification]).toEqual([200, 'contoso.example', null]);
    expect((await administrator.send('PUT', `${contoso}/contoso.example`)).status).toBe(200);
    const taken = await administrator.send('PUT', `/organizations/${org(houses.fabrikam)}/domains/contoso.example`);
    expect([taken.status, taken.body.code]).toEqual([409, 'domain.taken']);
    expect((await administrator.send('PUT', `${contoso}/gmail.com`)).body.code).toBe('domain.public');
    // In the package's list of providers, though its addresses are those of one university.
    expect((await administrator.send('PUT', `${contoso}/nus.edu.sg`)).status).toBe(200);
    expect((await administrator.send('DELETE', `${contoso}/nus.edu.sg`)).status).toBe(204);
    expect((await administrator.send('PUT', `${contoso}/localhost`)).body.code).toBe('domain.malformed');
    expect((await administrator.send('DELETE', `${contoso}/contoso.example`)).status).toBe(204);
  });
});
