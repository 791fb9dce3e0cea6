import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import type { CryptoKey } from 'jose';
import { expect } from 'vitest';
import { makeHighSecurityApplication, makeKey } from '../../support/high-security-application.ts';
import type { Bent, HighSecurityApplication } from '../../support/high-security-application.ts';
import type { HttpBrowser } from '../../support/http-browser.ts';
import type { TokenAnswer } from '../../support/relying-application.ts';
import { highSecurityRegistrations } from '../plans/registrations.ts';
import { APPLICATIONS, NONCE, startProviderGround, STATE } from '../provider-ground.ts';
import type { ProviderGround } from '../provider-ground.ts';

type Parameters = Record<string, string | undefined>;

/** What a flow differs in: what is pushed, what stands beside it in the address, how the requests are bent. */
export interface Difference {
  pushed?: Parameters;
  beside?: Record<string, string>;
  /** Of the pushed request; with `{}` it carries a proof. */
  push?: Bent;
  redeem?: Bent;
}

/** Gatehouse with two high-security applications. */
export interface Fapi2Ground extends AsyncDisposable {
  provider: ProviderGround;
  client: HighSecurityApplication;
  client2: HighSecurityApplication;
  /** A further signing key of the first application (RSA). */
  rsa: CryptoKey;
  /** Pushes a request with state and nonce; its address. */
  begin(application: HighSecurityApplication, difference?: Difference): Promise<URL>;
  /** Somebody new logs in and allows it: what the application is answered. */
  answer(browser: HttpBrowser, url: URL): Promise<URLSearchParams>;
  /** From the pushed request to the code. */
  code(difference?: Difference, application?: HighSecurityApplication): Promise<string>;
  /** The whole flow, every answer checked: the body of the token endpoint, and the claims. */
  complete(
    difference?: Difference,
    application?: HighSecurityApplication,
  ): Promise<{
    tokens: TokenAnswer['body'];
    accessToken: string;
    claims: Record<string, unknown>;
    answer: URLSearchParams;
  }>;
  /** The thumbprint of the key that an application proves possession of (RFC 7638). */
  thumbprint(application: HighSecurityApplication): Promise<string>;
}

export async function startFapi2Ground(): Promise<Fapi2Ground> {
  const provider = await startProviderGround();
  const { service, root } = provider;
  const bodies = highSecurityRegistrations(APPLICATIONS);
  const rsa = await makeKey('RS256');
  const ground: Fapi2Ground = {
    provider,
    client: await makeHighSecurityApplication(service, root, { ...bodies.client, firstParty: false }, [rsa.jwk]),
    client2: await makeHighSecurityApplication(service, root, { ...bodies.client2, firstParty: false }),
    rsa: rsa.key,
    async begin(application, { pushed = {}, beside = {}, push = { proof: null } } = {}) {
      const asked = { scope: 'openid', state: STATE, nonce: NONCE, ...pushed };
      const { status, body } = await application.push(asked, push);
      expect([status, body.error]).toEqual([201, undefined]);
      expect(body['expires_in']).toBeLessThan(600); // 5.3.2.2-12
      const url = new URL('/oauth2/authorize', service.url);
      const parameters = { client_id: application.clientId, request_uri: String(body['request_uri']), ...beside };
      url.search = new URLSearchParams(parameters).toString();
      return url;
    },
    async answer(browser, url) {
      const page = await browser.open(url);
      if (page.stoppedAt !== undefined) return provider.answerOn(page);
      const consent = await provider.logIn(browser, page, await provider.addPerson());
      return provider.answerOn(await browser.submit(consent, {}, { button: 'Allow' }));
    },
    async code(difference, application = ground.client) {
      await using browser = provider.open();
      const answer = await ground.answer(browser, await ground.begin(application, difference));
      expect(answer.get('error')).toBeNull();
      return answer.get('code')!;
    },
    async complete(difference = {}, application = ground.client) {
      await using browser = provider.open();
      const answer = await ground.answer(browser, await ground.begin(application, difference));
      expect([answer.get('error'), answer.get('iss')]).toEqual([null, service.url]);
      const { status, body } = await application.redeem(answer.get('code')!, difference.redeem);
      expect([status, body.error, body['token_type']]).toEqual([200, undefined, 'DPoP']);
      const { claims, header } = await provider.readIdToken(body.id_token, application);
      expect(header.alg).toBe('ES256');
      const accessToken = String(body.access_token);
      const about = await application.userinfo(accessToken);
      expect([about.status, about.body['sub']]).toEqual([200, claims.sub]);
      return { tokens: body, accessToken, claims, answer };
    },
    async thumbprint(application) {
      const proof = await application.proof('POST', '/oauth2/token');
      return calculateJwkThumbprint(decodeProtectedHeader(proof).jwk!);
    },
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
  return ground;
}

/** The answer is this error, with nothing beside it that could be used. */
export function expectRefused(answer: TokenAnswer, error: string): void {
  expect([answer.status, answer.body.error]).toEqual([error === 'invalid_client' ? 401 : 400, error]);
  expect(answer.body).not.toHaveProperty('access_token');
  expect(answer.body).not.toHaveProperty('request_uri');
}
