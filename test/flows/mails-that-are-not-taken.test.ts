import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { makeRoot } from '../support/fixtures.ts';
import { startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addSession, addUser } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let mailbox: Mailbox;
let root: Organization;
let administrator: ApiClient;

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gate@northwind.example' } });
  root = await makeRoot(service);
  const ground = { db: service.database.db, clock: service.clock, url: service.url };
  const anna = await addUser(ground, root, 'anna@northwind.example', { role: 'administrator' });
  administrator = apiClient(service.url, (await addSession(ground, anna)).token);
});
afterAll(async () => {
  await service?.close();
  await mailbox?.stop();
});

const path = (): string => `/organizations/${formatId('org', root.id)}/invitations`;

interface Delivery {
  state: string;
  lastError: string | null;
  nextAttemptAt: string | null;
}

/** Invites an address, lets the service try, and reads what the administrator is shown. */
async function deliveryAfterTrying(address: string): Promise<Delivery> {
  await administrator.send('POST', path(), { addresses: address });
  await service.app.jobs.runDue();
  return deliveryOf(address);
}

async function deliveryOf(address: string): Promise<Delivery> {
  const { body } = await administrator.send('GET', path());
  const { items } = body as { items: { user: { email: string }; delivery: Delivery }[] };
  const found = items.find(({ user }) => user.email === address);
  if (found === undefined) throw new Error(`${address} has no invitation`);
  return found.delivery;
}

test('the administrator reads whose fault it is, what the server said, and when it is tried again', async () => {
  mailbox.refuse('nobody@contoso.example');
  expect(await deliveryAfterTrying('nobody@contoso.example')).toMatchObject({
    state: 'failed',
    lastError: expect.stringMatching(/does not deliver to this address.*The mail server said: 550 no such mailbox/),
    nextAttemptAt: null,
  });

  mailbox.fail('sender', '550 5.4.5 daily limit reached');
  const delayed = await deliveryAfterTrying('maria@contoso.example');
  expect(delayed).toMatchObject({
    state: 'delayed',
    lastError: expect.stringMatching(/whoever runs Gatehouse.*The mail server said: 550 5.4.5 daily limit reached/),
  });
  expect(Date.parse(delayed.nextAttemptAt ?? '')).toBeGreaterThan(service.clock.now().getTime());
  // One that was not even tried waits for the same.
  const waiting = await deliveryAfterTrying('paul@contoso.example');
  expect(waiting.lastError).toBe(delayed.lastError);

  mailbox.acceptAll();
  service.clock.advance(60);
  await service.app.jobs.runDue();
  for (const address of ['maria@contoso.example', 'paul@contoso.example']) {
    expect(await deliveryOf(address)).toMatchObject({ state: 'sent', lastError: null, nextAttemptAt: null });
  }
});
