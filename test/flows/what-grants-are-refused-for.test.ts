import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { startActingStage } from '../support/acting.ts';
import type { ActingStage } from '../support/acting.ts';
import { addApiToken } from '../support/people.ts';
import { apiClient } from '../support/api-client.ts';
import type { ApiClient } from '../support/api-client.ts';
import { diagnosisFor } from '../support/diagnoses.ts';
import { askForTokens, authorizeUrl } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';

// What the owner reads of grants that are no login: each by its own cause, and none that says more or less than happened.

let stage: ActingStage;
let owner: ApiClient;

beforeAll(async () => {
  stage = await startActingStage();
  const deps = { db: stage.service.database.db, clock: stage.service.clock };
  owner = apiClient(stage.service.url, await addApiToken(deps, stage.root, 'administrator'));
});
afterAll(async () => stage?.close());

const healthOf = async ({ clientId }: RelyingApplication) =>
  (await owner.get(`/organizations/${formatId('org', stage.root.id)}/applications/${clientId}/health`)).body as {
    state: string;
    lastLoginAt: string | null;
    failures: { code: string; came: string; place: { where: string } }[];
  };

test('Scope that the application may not have: told as such, not as a missing openid', async () => {
  const row = diagnosisFor('Scope that the application may not have');
  const { access_token: token } = await stage.tokenOf(stage.shop);
  const { body } = await stage.exchange(stage.backend, token, { scope: 'stock:everything' });
  expect(body).toMatchObject({ error: 'invalid_scope' });
  expect(body['error_description']).not.toContain('openid');
  const { failures } = await healthOf(stage.backend);
  expect(failures).toMatchObject([{ code: row.code, came: 'stock:everything', place: { where: row.where } }]);
});

test('an exchange is no login, and a token that ended is no failure of the application', async () => {
  const before = await healthOf(stage.backend);
  const { access_token: token } = await stage.tokenOf(stage.shop);
  stage.service.clock.advance(120);
  expect((await stage.exchange(stage.backend, token)).status).toBe(200);
  const after = await healthOf(stage.backend);
  expect(after.lastLoginAt).toBe(before.lastLoginAt);
  expect(after.failures.map(({ code }) => code)).toEqual(['application.scope-not-allowed']);
  const { body } = await stage.exchange(stage.backend, 'a-token-that-ended');
  expect(body).toMatchObject({ error: 'invalid_request', error_description: 'subject_token is invalid' });
  expect((await healthOf(stage.backend)).failures).toHaveLength(1);
});

test('a grant that the application is not registered for is unauthorized_client (RFC 6749 5.2), a device’s too', async () => {
  const application = await stage.register('Plain');
  const ask = async (form: Record<string, string>) => (await askForTokens(stage.service, application, form)).body;
  expect(await ask({ grant_type: 'client_credentials' })).toMatchObject({ error: 'unauthorized_client' });
  expect(await ask({ grant_type: 'nonsense' })).toMatchObject({ error: 'unsupported_grant_type' });
  const native = await stage.register('Native', { kind: 'native' });
  const answer = await fetch(`${stage.service.url}/oauth2/device`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: native.clientId, scope: 'openid' }),
  });
  expect(await answer.json()).toMatchObject({ error: 'unauthorized_client' });
  for (const one of [application, native]) {
    expect((await healthOf(one)).failures.map(({ code }) => code)).toEqual(['application.grant-type']);
  }
});

test('an authorization request without openid is told so as before', async () => {
  const application = await stage.register('Without');
  await fetch(authorizeUrl(stage.service, application, { scope: 'profile' }), { redirect: 'manual' });
  expect((await healthOf(application)).failures).toMatchObject([{ code: 'application.scope-without-openid' }]);
});
