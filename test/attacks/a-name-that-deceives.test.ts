import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let houses: Northwind;
let ofContoso: ApiClient;
let ofNorthwind: ApiClient;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  const as = async (organization: Northwind['contoso'], email: string): Promise<ApiClient> => {
    const user = await addUser(deps(), organization, email, { role: 'administrator' });
    return apiClient(service.url, (await addSession(deps(), user)).token);
  };
  ofContoso = await as(houses.contoso, 'maria@contoso.example');
  ofNorthwind = await as(houses.northwind, 'anna@northwind.example');
});
afterAll(async () => service.close());

let made = 0;
const DECEIVING = [
  ['an address', 'Your account is locked. Visit https://evil.example'],
  ['an address without a scheme', 'Go to www.evil.example now'],
  ['a host among words', 'Locked, see evil.com'],
  ['a host with a path', 'evil.example/login'],
  ['a full-width address', 'ｈｔｔｐｓ：／／evil.example'],
  ['a Cyrillic letter among Latin ones', 'N\u043Erthwind'],
  ['a Greek letter among Latin ones', 'Northwin\u0501 \u0391cme'],
  ['two lines', 'Contoso\nNorthwind'],
  ['a bidi override', 'Contoso \u202Egnp.exe'],
  ['a bidi isolate', 'Contoso \u2067x\u2069'],
  ['a zero-width space', 'North\u200Bwind'],
  ['a control character', 'Contoso\u0007'],
  ['a line separator', 'Contoso\u2028x'],
] as const;

test.each(DECEIVING)('no organization, user or application is called by %s', async (_what, name) => {
  made += 1;
  const contoso = `/organizations/${org(houses.contoso)}`;
  const user = await addUser(deps(), houses.contoso, `user-${made}@contoso.example`);
  const { version } = (await ofContoso.get(contoso)).body as { version: number };
  const answers = [
    await ofContoso.send('POST', '/organizations', { name }),
    await ofContoso.send('PATCH', contoso, { name, version }),
    await ofContoso.send('PATCH', `${contoso}/users/${usr(user)}`, { name, version: 1 }),
    await ofContoso.send('POST', `${contoso}/applications`, {
      name,
      kind: 'web',
      redirectUris: ['https://tickets.contoso.example/callback'],
    }),
  ];
  expect(answers.map(({ status, body }) => [status, body.code, body.errors?.[0]?.field])).toEqual(
    answers.map(() => [422, 'input.malformed', 'name']),
  );
});

test.each([
  'Contoso.com',
  'Müller & Söhne GmbH & Co.KG',
  'Łódź Zakład',
  'ООО Ромашка (Moscow)',
  '日本語 Gate',
  "O'Neill",
])('an honest name stays possible: %s', async (name) => {
  expect((await ofContoso.send('POST', '/organizations', { name })).status).toBe(201);
});

test('an organization does not change its name unseen by the one that manages it', async () => {
  const contoso = `/organizations/${org(houses.contoso)}`;
  const { version } = (await ofContoso.get(contoso)).body as { version: number };
  const changed = await ofContoso.send('PATCH', contoso, { name: 'Contoso Limited', version });
  expect(changed.status).toBe(200);
  const log = `/organizations/${org(houses.northwind)}/audit-events?kind=organization.changed`;
  expect((await ofNorthwind.get(log)).body.items[0]).toMatchObject({
    actor: { name: 'maria@contoso.example' },
    details: { before: { name: 'Contoso' }, after: { name: 'Contoso Limited' }, managed: org(houses.contoso) },
  });
});
