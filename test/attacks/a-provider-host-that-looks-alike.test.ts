import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { inForce } from '../support/federation.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { startHostileProvider } from '../support/hostile-provider.ts';
import type { HostileProvider } from '../support/hostile-provider.ts';
import { addApiToken, org } from '../support/people.ts';
import { isWellKnownHost } from '../../src/connectors/well-known-hosts.ts';

// Lesson: people are sent to a host that an administrator pasted without reading it (a look-alike, a slip).

let ground: HostileGround;
let elsewhere: HostileProvider;
let api: ApiClient;
let path: string;

beforeAll(async () => {
  ground = await startHostileGround();
  elsewhere = await startHostileProvider({ host: '127.0.0.9' });
  const { database, clock, url } = ground.service;
  api = apiClient(url, await addApiToken({ db: database.db, clock }, ground.root, 'administrator'));
  path = `/organizations/${org(ground.organization)}/authentication`;
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
  await elsewhere?.stop();
});

const settings = () => ({
  method: 'openid-connect',
  clientId: 'gatehouse',
  discoveryUrl: elsewhere.issuer,
  credential: 'secret',
  clientSecret: 'known',
});
const save = async (more: Record<string, unknown>) =>
  api.send('PUT', path, { settings: settings(), version: (await api.get(path)).body.version as number, ...more });

test('a host that is neither well known nor the organization’s is not saved before it was typed once more', async () => {
  const { host } = new URL(elsewhere.issuer);
  const check = await api.send('POST', `${path}/check`, { settings: settings() });
  expect(check.body).toMatchObject({ ok: true, confirmHost: host });
  const left = await save({});
  expect(left.body).toMatchObject({
    code: 'connection.host-unconfirmed',
    errors: [{ field: 'confirmHost', code: 'required' }],
  });
  const other = await save({ confirmHost: host.replace('9', '6') });
  expect(other.body).toMatchObject({ code: 'connection.host-unconfirmed', errors: [{ code: 'other-host' }] });
  expect(await inForce(ground.service, ground.organization)).toBeUndefined();
  expect((await save({ confirmHost: ` ${host} ` })).status).toBe(200);
});

test('a host once typed is not asked for again while it is in force', async () => {
  expect((await save({})).status).toBe(200);
});

test('a host that only looks like a well-known one is not well known', () => {
  const hosts = ['login.microsoftonline.com', 'contoso.okta.com', 'accounts.google.com'];
  expect(hosts.map(isWellKnownHost)).toEqual([true, true, true]);
  const alike = [
    'login.microsoftonline.com.contoso.example',
    'okta.com',
    'notokta.com',
    'gitlab.com.',
    'eu.gitlab.com',
  ];
  expect(alike.map(isWellKnownHost)).toEqual([false, false, false, false, false]);
});
