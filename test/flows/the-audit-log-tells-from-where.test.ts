import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addSession, org } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import { withOrigin } from '../../src/audit/origin.ts';
import { recordEvent } from '../../src/audit/record-event.ts';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { inTransaction } from '../../src/db/database.ts';
import { findUser } from '../../src/users/find-users.ts';

let service: TestService;
let root: Awaited<ReturnType<typeof makeRoot>>;
let maria: Person;

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  maria = await makePerson(service, root, 'maria@northwind.example', { role: 'administrator' });
});
afterAll(async () => service.close());

async function administrator() {
  const user = await findUser({ db: service.database.db }, maria.userId);
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  return apiClient(service.url, (await addSession(deps, user!)).token);
}

test('a wrong password is an event of its own, with network and browser of the request', async () => {
  await using browser = openHttpBrowser({ headers: { 'user-agent': 'Northwind Browser 1.0' } });
  const address = await browser.open(`${service.url}/login/start`);
  const password = await browser.submit(address, { email: maria.email }, { button: 'Continue' });
  await browser.submit(password, { password: 'not this one at all' }, { button: 'Continue' });
  const client = await administrator();
  const failed = await client.get(`/organizations/${org(root)}/audit-events?kind=login.failed`);
  expect(failed.body.items).toMatchObject([
    {
      kind: 'login.failed',
      network: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      browser: 'Northwind Browser 1.0',
      details: { factor: 'password', reference: expect.any(String) },
    },
  ]);
  const refused = await client.get(`/organizations/${org(root)}/audit-events?kind=login.refused`);
  expect(refused.body.items).toEqual([]);
});

test.each([
  ['full', '203.0.113.77', '203.0.113.77'],
  ['full', '::ffff:203.0.113.77', '203.0.113.77'],
  ['full', 'fe80::1%eth0', 'fe80::1'],
  ['full', 'unknown', null],
  ['shortened', '203.0.113.77', '203.0.113.0/24'],
  ['shortened', '2001:db8:1:2::7', '2001:db8:1::/48'],
  ['none', '203.0.113.77', null],
] as const)('an organization that keeps networks %s writes %s as %s', async (auditNetwork, address, kept) => {
  const client = await administrator();
  const path = `/organizations/${org(root)}`;
  const { version } = (await client.get(path)).body as { version: number };
  expect((await client.send('PATCH', path, { auditNetwork, version })).body).toMatchObject({ auditNetwork });
  const deps = { db: service.database.db, clock: service.clock };
  await withOrigin({ address, browser: 'x'.repeat(1000) }, async () =>
    inTransaction(deps, async (inside) =>
      recordEvent(inside, { organizationId: root.id, kind: 'identity.reset', actor: SERVICE }),
    ),
  );
  const { body } = await client.get(`${path}/audit-events?kind=identity.reset&limit=1`);
  expect(body.items).toMatchObject([{ network: kept, browser: 'x'.repeat(300) }]);
});

test('an event that no request caused has neither', async () => {
  const deps = { db: service.database.db, clock: service.clock };
  await inTransaction(deps, async (inside) =>
    recordEvent(inside, { organizationId: root.id, kind: 'identity.reset', actor: SERVICE }),
  );
  const { body } = await (
    await administrator()
  ).get(`/organizations/${org(root)}/audit-events?kind=identity.reset&limit=1`);
  expect(body.items).toMatchObject([{ network: null, browser: null }]);
});
