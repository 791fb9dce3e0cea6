import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { createApiToken } from '../../src/callers/manage-api-tokens.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { addSession, addUser, operatorAt, org } from '../support/people.ts';

// Lesson: what a program began goes on after its token was taken away.

let ground: HostileGround;
let path: string;

beforeAll(async () => {
  ground = await startHostileGround();
  await ground.use('code');
  path = `/organizations/${org(ground.organization)}/authentication/trials`;
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

const deps = () => ({ db: ground.service.database.db, clock: ground.service.clock, url: ground.service.url });

/** An administrator of the organization in a session of this moment. */
async function administrator(email: string): Promise<ApiClient> {
  const user = await addUser(deps(), ground.organization, email, { role: 'administrator' });
  return apiClient(ground.service.url, (await addSession(deps(), user)).token);
}

test('a test that a program began ends with its token', async () => {
  const { apiToken, token } = await createApiToken(deps(), operatorAt(ground.organization), {
    organizationId: ground.organization.id,
    role: 'administrator',
  });
  const begun = await apiClient(ground.service.url, token).send('POST', path, {});
  await using browser = openHttpBrowser();
  const url = begun.body.url as string;
  expect((await browser.open(url)).status).toBe(200);
  const at = `/organizations/${org(ground.organization)}/api-tokens/${formatId('tok', apiToken.id)}/revoke`;
  const revoked = await (await administrator('ada@fabrikam-trading.example')).send('POST', at);
  expect(revoked.status).toBeLessThan(300);
  expect((await browser.open(url)).status).toBe(410);
});

test('what came back wrong at the userinfo endpoint stands at that check, not at the token endpoint', async () => {
  ground.provider.person = { sub: 'h-1', preferred_username: MALLORY, name: 'Mallory' };
  ground.provider.setFaults({ http: { userinfo: { kind: 'error', status: 403, body: {} } } });
  const api = await administrator('ines@fabrikam-trading.example');
  const begun = await api.send('POST', path, {});
  await using browser = openHttpBrowser();
  await browser.submit(await browser.open(begun.body.url as string), {}, { form: 'form' });
  const { run } = (await api.get(`${path}/${begun.body.trial.id as string}`)).body;
  const stateOf = (wanted: string): string =>
    (run.checks as { check: string; state: string }[]).find(({ check }) => check === wanted)!.state;
  expect([run.state, stateOf('token-endpoint'), stateOf('userinfo')]).toEqual(['passed', 'passed', 'failed']);
  expect(run.supplement.code).toBe('login.userinfo');
});
