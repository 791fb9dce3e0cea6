import { afterAll, beforeAll, expect, test } from 'vitest';
import { addUser, org } from '../support/people.ts';
import { startTemplateStage } from '../support/templates.ts';
import type { TemplateStage } from '../support/templates.ts';
import { DAY, after } from '../../src/base/clock.ts';
import { federatedMethod } from '../../src/base/federated-method.ts';
import type { ConnectionId } from '../../src/base/ids.ts';
import { randomUuid } from '../../src/base/random.ts';
import { countExpiring } from '../../src/connections/expiry/count-expiring.ts';
import { warnOfExpiry } from '../../src/connections/expiry/warn-of-expiry.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';

let stage: TemplateStage;
let start: Date;
beforeAll(async () => {
  stage = await startTemplateStage();
  start = stage.service.clock.now();
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

/** A connection in force of an organization, whose secret expires so many days from now. */
async function connect(organization: Organization, days: number | null): Promise<void> {
  const issuer = 'https://login.nobody.example';
  await stage.service.database.db
    .insertInto('connection')
    .values({
      id: randomUuid() as ConnectionId,
      organizationId: organization.id,
      method: federatedMethod('openid-connect'),
      state: 'active',
      issuer,
      redirectUri: issuer,
      credential: 'secret',
      sealedClientSecret: Buffer.from('sealed'),
      credentialExpiresAt: days === null ? null : after(start, days * DAY),
      settings: '{}',
      configuredAt: start,
    })
    .execute();
}

test('administrators are mailed 60, 30, 14, 7 and 1 days before, each once, and the board tells by days left', async () => {
  const { service, houses, mailbox } = stage;
  const { database, secrets, config } = service;
  const deps = { db: database.db, clock: service.clock };
  await addUser(deps, houses.contoso, 'maria@contoso.example', { role: 'administrator' });
  await connect(houses.contoso, 61);
  await connect(houses.fabrikam, 400);
  await connect(houses.contosoRetail, null);
  const api = await stage.administrator();
  const base = `/organizations/${org(houses.northwind)}/connection-templates`;
  const made = await api.send('POST', base, {
    name: 'Customers',
    clientId: '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21',
    clientSecret: 'value of the secret',
    credentialExpiresAt: after(start, 5 * DAY).toISOString(),
  });
  expect(made.status).toBe(201);

  const board = async (query = '') => (await api.get(`/credentials${query}`)).body;
  expect(await board()).toMatchObject({
    total: 4,
    items: [
      { kind: 'template', organization: { name: 'Northwind' }, template: { name: 'Customers' }, daysLeft: 5 },
      { kind: 'connection', organization: { name: 'Contoso' }, template: null, daysLeft: 61 },
      { organization: { name: 'Fabrikam' }, daysLeft: 400 },
      { organization: { name: 'Contoso Retail' }, expiresAt: null, daysLeft: null },
    ],
  });
  expect(await board('?within=60')).toMatchObject({ total: 1, items: [{ kind: 'template' }] });
  expect(await board('?search=CONTOSO&limit=1')).toMatchObject({ total: 2, items: [{ daysLeft: 61 }] });
  const first = await board('?limit=3');
  expect(await board(`?limit=3&cursor=${first.nextCursor}`)).toMatchObject({
    items: [{ organization: { name: 'Contoso Retail' } }],
    nextCursor: null,
  });

  // For monitoring: how many, of nobody.
  const counted = await countExpiring(deps);
  const none = { expired: 0, '1': 0, '7': 0, '14': 0, '30': 0, '60': 0 };
  expect(Object.fromEntries(counted.bands)).toEqual({ ...none, '7': 1, later: 2, unknown: 1 });
  expect(counted.first).toEqual(after(start, 5 * DAY));
  const later = await countExpiring({ ...deps, clock: { now: () => after(start, 6 * DAY) } });
  expect(Object.fromEntries(later.bands)).toEqual({ ...none, expired: 1, '60': 1, later: 1, unknown: 1 });

  const warnedAt: number[] = [];
  let told = 0;
  const posted = async (): Promise<number> => {
    const row = await database.db
      .selectFrom('credentialWarning')
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .where('organizationId', '=', houses.contoso.id)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  for (let day = 0; day <= 62; day += 1) {
    const clock = { now: () => after(start, day * DAY) };
    const run = { db: database.db, clock, secrets, config, texts: createTexts('Gatehouse') };
    // Two servers at once, and again an hour later: still one mail.
    await Promise.all([warnOfExpiry(run), warnOfExpiry(run)]);
    const now = await posted();
    if (now > told) warnedAt.push(61 - day);
    expect(now - told).toBeLessThanOrEqual(1);
    told = now;
  }
  expect(warnedAt).toEqual([60, 30, 14, 7, 1]);
  const mails = await database.db
    .selectFrom('mailOutbox')
    .select(['recipient', 'organizationId'])
    .where('kind', '=', 'credential-expires')
    .execute();
  const to = (recipient: string) => mails.filter((mail) => mail.recipient === recipient).length;
  // Contoso's five to both; the template's two (7 and 1 days) to its own administrators.
  expect([to('maria@contoso.example'), to('anna@northwind.example')]).toEqual([5, 7]);
  const mail = await mailbox.waitForMail({
    to: 'anna@northwind.example',
    subject: 'The secret of the connection template Customers expires in 5 days',
  });
  expect(mail.text).toContain('Replace the secret');
});
