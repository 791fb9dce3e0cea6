import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import { authorizeUrl, codeFor, VERIFIER } from '../support/relying-application.ts';
import { discover } from '../support/relying-party.ts';
import { BACK, basic, codeForm, expectTold, makeKey, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// As what-an-application-does-wrong.test.ts, at the endpoints for programs: here the person sees what the application shows, so
// the owner has to read it.

let ground: WrongApplications;

beforeAll(async () => {
  ground = await startWrongApplications();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const TOKEN = '/oauth2/token';
const ALIKE = { error: 'invalid_grant', error_description: 'grant request is invalid' };
const SOME_CODE = codeForm({ redirectUri: BACK }, 'a-code-that-never-was');

describe('who it is', () => {
  test('Application with a wrong client secret', async () => {
    const application = await ground.register();
    const configuration = await discover(ground.service.url, application.clientId, `${application.clientSecret}\n`);
    const callback = new URL(`${BACK}?code=x&iss=${encodeURIComponent(ground.service.url)}`);
    await expect(
      client.authorizationCodeGrant(configuration, callback, { pkceCodeVerifier: VERIFIER }),
    ).rejects.toThrow(/response/);
    const { state } = await expectTold(ground, 'Application with a wrong client secret', application, { came: '44' });
    expect(state).toBe('fails');
    expect(JSON.stringify(await ground.events())).not.toContain(application.clientSecret);
  });

  test('a secret of before it was rotated is a wrong one', async () => {
    const application = await ground.register();
    const { db } = ground.service.database;
    const clientSecretHash = Buffer.alloc(32, 7);
    await db
      .updateTable('application')
      .set({ clientSecretHash })
      .where('clientId', '=', application.clientId)
      .execute();
    await ground.post(TOKEN, SOME_CODE, basic(application));
    expect((await ground.health(application)).failures).toMatchObject([{ code: 'application.secret-wrong' }]);
  });

  test.each<[string, (clientId: string) => [Record<string, string>, Record<string, string>]]>([
    ['no secret at all', (clientId) => [{ client_id: clientId }, {}]],
    ['an empty secret', (clientId) => [{}, { authorization: `Basic ${btoa(`${clientId}:`)}` }]],
  ])('Application without the client secret it was given: %s', async (_, send) => {
    const application = await ground.register();
    const [form, headers] = send(application.clientId);
    const { status } = await ground.post(TOKEN, { ...SOME_CODE, ...form }, headers);
    expect([400, 401]).toContain(status);
    await expectTold(ground, 'Application without the client secret it was given', application);
  });

  test('Application that authenticates itself another way than it is registered for', async () => {
    const { jwk } = await makeKey();
    const keyed = await ground.register({ clientAuthentication: 'private_key_jwt', jwks: { keys: [jwk] } });
    await ground.post(TOKEN, SOME_CODE, basic({ clientId: keyed.clientId, clientSecret: 'made up' }));
    const mistake = 'Application that authenticates itself another way than it is registered for';
    await expectTold(ground, mistake, keyed, { came: 'client_secret_basic', value: 'private_key_jwt' });

    const both = await ground.register();
    const form = { ...SOME_CODE, client_id: both.clientId, client_secret: both.clientSecret! };
    await ground.post(TOKEN, form, basic(both));
    await expectTold(ground, mistake, both, { came: 'client_secret_basic + client_secret_post' });
  });

  test('Client assertion with the wrong audience, key or time', async () => {
    const { jwk, sign } = await makeKey();
    const { sign: signElsewhere } = await makeKey();
    const { clientId, ...rest } = await ground.register({
      clientAuthentication: 'private_key_jwt',
      jwks: { keys: [jwk] },
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = (jti: string) => ({
      iss: clientId,
      sub: clientId,
      aud: ground.service.url,
      jti,
      exp: now + 60,
      iat: now,
    });
    const assertions: [string, string][] = [
      [await sign({ ...claims('1'), aud: `${ground.service.url}/oauth2/token` }), 'issuer identifier'],
      [await signElsewhere(claims('2')), 'signature'],
      [await sign({ ...claims('3'), exp: now - 600 }), 'expired'],
      [await sign({ sub: clientId }), 'expiration'],
    ];
    for (const [assertion, says] of assertions) {
      const { status, body } = await ground.post(TOKEN, {
        ...SOME_CODE,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      expect([status, body.error]).toEqual([401, 'invalid_client']);
      const [failure] = (await ground.health({ clientId, ...rest })).failures;
      expect(failure).toMatchObject({ code: 'application.assertion', came: expect.stringContaining(says) });
    }
  });
});

describe('what it redeems', () => {
  test('Authorization code redeemed twice', async () => {
    const application = await ground.register();
    const { code } = await ground.logIn(application);
    const redeem = async () => ground.post(TOKEN, codeForm(application, code), basic(application));
    expect((await redeem()).status).toBe(200);
    expect((await redeem()).body.error_description).toContain('redeemed before');
    const { state } = await expectTold(ground, 'Authorization code redeemed twice', application);
    expect(state).toBe('works'); // the person got in by the first
  });

  test('Authorization code redeemed too late', async () => {
    const application = await ground.register();
    const { code } = await ground.logIn(application);
    ground.service.clock.advance(61);
    const { body } = await ground.post(TOKEN, codeForm(application, code), basic(application));
    expect(body.error_description).toContain('within a minute');
    await expectTold(ground, 'Authorization code redeemed too late', application);
  });

  test('Code redeemed with another redirect URI', async () => {
    const application = await ground.register();
    const { code } = await ground.logIn(application);
    const form = { ...codeForm(application, code), redirect_uri: 'http://10.0.0.5:8080/callback' };
    const { body } = await ground.post(TOKEN, form, basic(application));
    expect(body.error_description).toBe('redirect_uri must be the one of the authorization request');
    const told = { came: 'http://10.0.0.5:8080/callback', value: BACK };
    await expectTold(ground, 'Code redeemed with another redirect URI', application, told);
  });

  test('Code verifier of another login', async () => {
    const application = await ground.register();
    const { code } = await ground.logIn(application);
    const form = { ...codeForm(application, code), code_verifier: 'another-verifier-of-forty-three-characters-xx' };
    const { body } = await ground.post(TOKEN, form, basic(application));
    expect(body.error_description).toContain('code_verifier');
    await expectTold(ground, 'Code verifier of another login', application);
  });

  test('of a public application every grant reads alike, and its owner reads which it was', async () => {
    const application = await ground.register({ kind: 'browser' });
    const { code } = await ground.logIn(application);
    const own = { client_id: application.clientId };
    for (const form of [
      { ...codeForm(application, 'never-was'), ...own },
      { ...codeForm(application, code), ...own, code_verifier: 'another-verifier-of-forty-three-characters-xx' },
      { ...codeForm(application, code), ...own, redirect_uri: `${BACK}/x` },
    ]) {
      expect((await ground.post(TOKEN, form)).body).toEqual(ALIKE);
    }
    const codes = (await ground.health(application)).failures.map((failure) => failure.code);
    expect(codes.toSorted()).toEqual([
      'application.code-redirect-uri',
      'application.code-unknown',
      'application.pkce-verifier',
    ]);
  });

  test('Refresh without being registered for it', async () => {
    const application = await ground.register({ refreshTokens: false });
    await ground.post(TOKEN, { grant_type: 'refresh_token', refresh_token: 'x' }, basic(application));
    await expectTold(ground, 'Refresh without being registered for it', application, { came: 'refresh_token' });
  });

  test('Refresh token used again', async () => {
    const application = await ground.register({ rotateRefreshTokens: true });
    const { body } = await ground.tokens(application);
    const refresh = async () =>
      ground.post(TOKEN, { grant_type: 'refresh_token', refresh_token: body.refresh_token! }, basic(application));
    expect((await refresh()).status).toBe(200);
    ground.service.clock.advance(11);
    expect((await refresh()).body.error_description).toContain('keep the newest one');
    const { state } = await expectTold(ground, 'Refresh token used again', application);
    expect(state).toBe('works');
    // What has ended is no fault of the application.
    expect((await refresh()).body).toEqual(ALIKE);
    expect((await ground.health(application)).failures).toHaveLength(1);
  });

  test('DPoP proof that does not fit', async () => {
    const application = await ground.register();
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const proof = await new SignJWT({
      htm: 'POST',
      htu: 'https://elsewhere.example/token',
      jti: 'j',
      iat: Math.floor(Date.now() / 1000),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
      .sign(privateKey);
    const { body } = await ground.post(TOKEN, SOME_CODE, { ...basic(application), dpop: proof });
    expect(body.error).toBe('invalid_dpop_proof');
    await expectTold(ground, 'DPoP proof that does not fit', application, { came: 'htu mismatch' });
  });
});

test('a login that works ends what failed before; the page says so, and what was is still told', async () => {
  const application = await ground.register();
  expect(await ground.health(application)).toEqual({ state: 'unused', lastLoginAt: null, failures: [] });
  await ground.post(TOKEN, SOME_CODE, basic({ ...application, clientSecret: 'wrong' }));
  await ground.post(TOKEN, SOME_CODE, basic({ ...application, clientSecret: 'wrong' }));
  expect(await ground.health(application)).toMatchObject({ state: 'fails', failures: [{ count: 2, isSince: true }] });
  const { status, browser } = await ground.tokens(application);
  expect(status).toBe(200);
  const works = await ground.health(application);
  expect(works).toMatchObject({
    state: 'works',
    lastLoginAt: expect.any(String),
    failures: [{ count: 2, isSince: false }],
  });
  // Within the minute in which a login is not marked again, one after a failure is.
  ground.service.clock.advance(2);
  await ground.post(TOKEN, SOME_CODE, basic({ ...application, clientSecret: 'wrong' }));
  expect(await ground.health(application)).toMatchObject({ state: 'fails', failures: [{ count: 1, isSince: true }] });
  ground.service.clock.advance(2);
  const code = await codeFor(browser, ground.service, application);
  expect((await ground.post(TOKEN, codeForm(application, code), basic(application))).status).toBe(200);
  const again = await ground.health(application);
  expect(again.state).toBe('works');
  expect(again.lastLoginAt! > works.lastLoginAt!).toBe(true);
  const list = await ground.administrator.get(
    `/organizations/${formatId('org', ground.owner.id)}/applications?limit=100`,
  );
  const states = list.body.items.map(({ clientId, health }: Record<string, string>) => [clientId, health]);
  expect(states).toContainEqual([application.clientId, 'works']);
  await browser[Symbol.asyncDispose]();
});

test('a redirect URI that is registered later is no failure any more', async () => {
  const application = await ground.register();
  await fetch(authorizeUrl(ground.service, application, { redirect_uri: `${BACK}/` }), { redirect: 'manual' });
  expect(await ground.health(application)).toMatchObject({ state: 'unused', failures: [{ isSeen: true }] });
  const { db } = ground.service.database;
  const redirectUris = [BACK, `${BACK}/`];
  await db.updateTable('application').set({ redirectUris }).where('clientId', '=', application.clientId).execute();
  expect(await ground.health(application)).toEqual({ state: 'unused', lastLoginAt: null, failures: [] });
});
