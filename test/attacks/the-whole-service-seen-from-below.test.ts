import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '../../src/api/contract/all-routes.ts';
import { systemRoutes } from '../../src/api/contract/system/system.ts';
import { formatId } from '../../src/base/ids.ts';
import type { MailId } from '../../src/base/ids.ts';
import { apiClient } from '../support/api-client.ts';
import { addApiToken, addSession, addUser, foundNorthwind } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let houses: Northwind;
/** Of a failed mail of the root that could be sent again. */
const mailId = crypto.randomUUID() as MailId;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  const now = service.clock.now();
  await service.database.db
    .insertInto('mailOutbox')
    .values({
      id: mailId,
      organizationId: houses.northwind.id,
      kind: 'invitation',
      recipient: 'maria@northwind.example',
      sealedMessage: Buffer.from('sealed'),
      failedAt: now,
      createdAt: now,
      expiresAt: new Date(now.getTime() + 3_600_000),
    })
    .execute();
});
afterAll(async () => service.close());

const ADDRESSES = Object.values(systemRoutes).map(({ method, path }) => ({
  method,
  path: path.replace('{mailId}', formatId('mai', mailId)),
}));

async function answers(token: string) {
  const client = apiClient(service.url, token);
  const all = [];
  for (const { method, path } of ADDRESSES) {
    const { status, body } = await client.send(method, path);
    all.push({ status, code: (body as { code?: string } | undefined)?.code });
  }
  return all;
}

const traces = async () => ({
  mails: await service.database.db.selectFrom('mailOutbox').select(['id', 'failedAt', 'recipient']).execute(),
  jobs: await service.database.db.selectFrom('job').select('id').where('kind', 'in', ['mail', 'mail.urgent']).execute(),
});

test.each([
  ['administrator', 'contoso', 404, 'organization.not-found'],
  ['administrator', 'contosoRetail', 404, 'organization.not-found'],
  ['editor', 'northwind', 403, 'caller.denied'],
  ['viewer', 'northwind', 403, 'caller.denied'],
] as const)('not by the %s of %s: as what is not theirs', async (role, house, status, code) => {
  const before = await traces();
  const person = await addUser(deps(), houses[house], `${role}@${house.toLowerCase()}.example`, { role });
  const refused = ADDRESSES.map(() => ({ status, code }));
  expect(await answers((await addSession(deps(), person)).token)).toEqual(refused);
  expect(await answers(await addApiToken(deps(), houses[house], role))).toEqual(refused);
  // The same as for the page of an organization that is not theirs.
  if (status === 404) {
    const { token } = await addSession(deps(), person);
    const other = await apiClient(service.url, token).get(`/organizations/${formatId('org', houses.northwind.id)}`);
    expect(other).toMatchObject({ status, body: { code } });
  }
  expect(await traces()).toEqual(before);
});

test('an administrator of the root is let in, and its API token is mailed nothing', async () => {
  expect(Object.keys(contract)).toEqual(expect.arrayContaining(Object.keys(systemRoutes)));
  const anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator' });
  const statuses = (all: { status: number }[]): number[] => all.map(({ status }) => status);
  expect(statuses(await answers(await addApiToken(deps(), houses.northwind, 'administrator')))).toEqual([
    200, 200, 204, 403,
  ]);
  expect(statuses(await answers((await addSession(deps(), anna)).token))).toEqual([200, 200, 409, 200]);
});
