import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomUuid } from '../../src/base/random.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiAnswer, ApiClient } from '../support/api-client.ts';
import { addApiToken, addSession, addUser, foundNorthwind, org, usr } from '../support/people.ts';
import type { Northwind } from '../support/people.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';
import type { User } from '../../src/users/user.ts';

const WRITERS = 8;
let service: TestService;
let houses: Northwind;
let administrator: ApiClient;
let program: ApiClient;
let anna: User;
const deps = () => ({ db: service.database.db, clock: service.clock, url: service.url });

beforeAll(async () => {
  service = await startService();
  houses = await foundNorthwind(deps());
  anna = await addUser(deps(), houses.northwind, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  administrator = apiClient(service.url, (await addSession(deps(), anna)).token);
  program = apiClient(service.url, await addApiToken(deps(), houses.northwind, 'administrator'));
});
afterAll(async () => service?.close());

/** The statuses of as many requests at once, each with a key of its own. */
async function atOnce(
  send: (writer: number, headers: Record<string, string>) => Promise<ApiAnswer>,
): Promise<number[]> {
  const answers = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => send(writer, { 'idempotency-key': randomUuid() })),
  );
  return [...new Set(answers.map(({ status }) => status))];
}

test('eight organizations created at once', async () => {
  const create = async (writer: number, headers: Record<string, string>): Promise<ApiAnswer> =>
    program.send('POST', '/organizations', { name: `Branch ${writer}` }, headers);
  expect(await atOnce(create)).toEqual([201]);
});

test('eight applications registered at once by one owner', async () => {
  const register = async (writer: number, headers: Record<string, string>): Promise<ApiAnswer> =>
    administrator.send(
      'POST',
      `/organizations/${org(houses.northwind)}/applications`,
      {
        name: `Application ${writer}`,
        kind: 'web',
        redirectUris: [`https://app-${writer}.northwind.example/callback`],
      },
      headers,
    );
  expect(await atOnce(register)).toEqual([201]);
});

test('eight invitations into one organization at once', async () => {
  const invite = async (writer: number, headers: Record<string, string>): Promise<ApiAnswer> =>
    program.send(
      'POST',
      `/organizations/${org(houses.northwind)}/invitations`,
      { addresses: `person-${writer}@northwind.example` },
      headers,
    );
  const statuses = await atOnce(invite);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
});

test('eight changes of one user at once: none waits for ever, none is a fault', async () => {
  const path = `/organizations/${org(houses.northwind)}/users/${usr(anna)}`;
  const { body } = await administrator.get(path);
  const change = async (writer: number): Promise<ApiAnswer> =>
    administrator.send('PATCH', path, { name: `Anna ${writer}`, version: body.version });
  const statuses = await atOnce(change);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
});
