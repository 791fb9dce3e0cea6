import { expect } from 'vitest';
import { authorizeUrl } from '../../support/relying-application.ts';
import { CALLBACK, NONCE, STATE } from '../provider-ground.ts';
import type { Check, Checks } from '../test-plan.ts';
import { expectRefused } from './ground.ts';
import type { Fapi2Ground } from './ground.ts';

const named = (name: string): string => `fapi2-security-profile-final-${name}`;

/** The pushed request is refused. */
function refusesToTake(more: Record<string, string | undefined>, error: string): Check<Fapi2Ground> {
  return async ({ client }) => {
    expect((await client.push({ scope: 'openid' })).status).toBe(201);
    expectRefused(await client.push({ scope: 'openid', ...more }), error);
  };
}

/** An address that leads to a page of ours, which says that the request cannot be answered: it names no place to go back to. */
async function isRefusedOnAPage(ground: Fapi2Ground, url: URL): Promise<void> {
  await using browser = ground.provider.open();
  const page = await browser.open(url);
  expect([page.stoppedAt, page.status]).toEqual([undefined, 400]);
  expect(page.html.querySelector('input[name="email"]')).toBeNull();
}

/** The authorization request. */
export const REQUESTS: Checks<Fapi2Ground> = {
  async [named('ensure-different-nonce-inside-and-outside-request-object')](ground) {
    const { claims } = await ground.complete({ beside: { nonce: 'another nonce' } });
    expect(claims['nonce']).toBe(NONCE);
  },

  async [named('ensure-different-state-inside-and-outside-request-object')](ground) {
    const { answer } = await ground.complete({ beside: { state: 'another state' } });
    expect(answer.getAll('state')).toEqual([STATE]);
  },

  async [named('state-only-outside-request-object-not-used')](ground) {
    const { answer } = await ground.complete({ pushed: { state: undefined }, beside: { state: STATE } });
    expect(answer.has('state')).toBe(false);
  },

  [named('ensure-request-object-without-redirect-uri-fails')]: refusesToTake(
    { redirect_uri: undefined },
    'invalid_request',
  ),

  [named('plain-fapi-tolerate-unregistered-redirect-uri')]: refusesToTake(
    { redirect_uri: `${CALLBACK}/not-registered` },
    'invalid_request',
  ),

  async [named('ensure-unsigned-authorization-request-without-using-par-fails')](ground) {
    const url = authorizeUrl(ground.provider.service, ground.client, { scope: 'openid', state: STATE });
    await using browser = ground.provider.open();
    const answer = ground.provider.answerOn(await browser.open(url));
    expect([answer.get('error'), answer.get('state'), answer.has('code')]).toEqual(['invalid_request', STATE, false]);
  },

  async [named('ensure-redirect-uri-in-authorization-request')](ground) {
    expectRefused(await ground.client.push({ redirect_uri: '' }), 'invalid_request');
    const url = authorizeUrl(ground.provider.service, ground.client, { scope: 'openid', redirect_uri: undefined });
    await isRefusedOnAPage(ground, url);
  },

  [named('ensure-response-type-code-idtoken-fails')]: refusesToTake(
    { response_type: 'code id_token' },
    'unsupported_response_type',
  ),

  [named('ensure-response-type-token-fails')]: refusesToTake({ response_type: 'token' }, 'unsupported_response_type'),

  async [named('par-ensure-reused-request-uri-prior-to-auth-completion-succeeds')](ground) {
    await using browser = ground.provider.open();
    const url = await ground.begin(ground.client);
    const looked = await browser.open(url);
    expect(looked.html.querySelector('input[name="email"]')).not.toBeNull();
    const answer = await ground.answer(browser, url);
    expect((await ground.client.redeem(answer.get('code')!)).status).toBe(200);
  },

  async [named('par-attempt-reuse-request_uri')](ground) {
    await using browser = ground.provider.open();
    const url = await ground.begin(ground.client);
    expect((await ground.answer(browser, url)).has('code')).toBe(true);
    // The same browser has a session now, and the person allowed it: nothing else stands between this and a second code.
    const page = await browser.open(url);
    expect(page.stoppedAt?.searchParams.get('code') ?? null).toBeNull();
    await isRefusedOnAPage(ground, url);
  },

  async [named('par-attempt-to-use-expired-request_uri')](ground) {
    const { clock } = ground.provider.service;
    const { status, body } = await ground.client.push({ scope: 'openid' });
    expect(status).toBe(201);
    const url = new URL('/oauth2/authorize', ground.provider.service.url);
    url.search = new URLSearchParams({
      client_id: ground.client.clientId,
      request_uri: String(body['request_uri']),
    }).toString();
    const seconds = Number(body['expires_in']) + 1;
    clock.advance(seconds);
    try {
      await isRefusedOnAPage(ground, url);
    } finally {
      clock.advance(-seconds);
    }
  },

  async [named('par-attempt-to-use-request_uri-for-different-client')](ground) {
    const url = await ground.begin(ground.client);
    url.searchParams.set('client_id', ground.client2.clientId);
    await isRefusedOnAPage(ground, url);
  },

  async [named('par-authorization-request-containing-request_uri-form-param')](ground) {
    const { body } = await ground.client.push();
    const form = { request_uri: String(body['request_uri']) };
    expectRefused(await ground.client.push(form), 'request_uri_not_supported');
  },

  async [named('par-attempt-invalid-http-method')](ground) {
    const address = String(ground.provider.metadata['pushed_authorization_request_endpoint']);
    for (const method of ['PUT', 'GET', 'DELETE', 'PATCH']) {
      const { status } = await fetch(address, { method });
      expect([method, status >= 400 && status < 500]).toEqual([method, true]);
    }
  },

  async [named('par-without-duplicate-parameters')](ground) {
    expect([...(await ground.begin(ground.client)).searchParams.keys()]).toEqual(['client_id', 'request_uri']);
    await ground.complete();
  },

  [named('par-ensure-pkce-required')]: refusesToTake(
    { code_challenge: undefined, code_challenge_method: undefined },
    'invalid_request',
  ),
  [named('par-plain-pkce-rejected')]: refusesToTake({ code_challenge_method: 'plain' }, 'invalid_request'),
};
