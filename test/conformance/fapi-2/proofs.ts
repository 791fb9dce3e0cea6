import { createHash, randomUUID } from 'node:crypto';
import { base64url, exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey, JWTHeaderParameters } from 'jose';
import { expect } from 'vitest';
import { makeKey } from '../../support/high-security-application.ts';
import type { Checks } from '../test-plan.ts';
import { expectRefused } from './ground.ts';
import type { Difference, Fapi2Ground } from './ground.ts';

const named = (name: string): string => `fapi2-security-profile-final-${name}`;
const now = (): number => Math.floor(Date.now() / 1000);

/** Proofs whose claims are these, with every request that carries one. */
async function takenWith(ground: Fapi2Ground, claims: Record<string, unknown>): Promise<void> {
  const bent = { proof: claims };
  const { accessToken } = await ground.complete({ push: bent, redeem: bent });
  expect((await ground.client.userinfo(accessToken, bent)).status).toBe(200);
}

/** Pushed with one key, redeemed with another: nothing; with the same one: tokens. */
async function boundCode(ground: Fapi2Ground, difference: Difference): Promise<void> {
  const other = await makeKey('ES256');
  const code = await ground.code(difference);
  expectRefused(await ground.client.redeem(code, { proof: { key: other.key } }), 'invalid_grant');
}

interface Proof {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  key: CryptoKey;
}

/** Signs a proof as it stands: typ, jwk and claims may be missing or wrong. */
async function sign({ header, claims, key }: Proof): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header as unknown as JWTHeaderParameters).sign(key);
}

const flipped = (jwt: string): string => {
  const [header, payload, signature = ''] = jwt.split('.');
  return [header, payload, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)].join('.');
};

/** DPoP. */
export const PROOFS: Checks<Fapi2Ground> = {
  [named('check-dpop-proof-nbf-exp')]: async (ground) => takenWith(ground, { nbf: now() - 5, exp: now() + 300 }),
  [named('ensure-dpopproof-with-iat-10seconds-before-succeeds')]: async (ground) =>
    takenWith(ground, { iat: now() - 10 }),
  [named('ensure-dpopproof-with-iat-10seconds-after-succeeds')]: async (ground) =>
    takenWith(ground, { iat: now() + 10 }),

  async [named('ensure-mismatched-dpop-jkt-fails')](ground) {
    const other = await ground.thumbprint(ground.client2);
    expectRefused(await ground.client.push({ dpop_jkt: other }, {}), 'invalid_request');
  },

  [named('ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt')]: async (ground) =>
    boundCode(ground, { push: {} }),

  async [named('ensure-token-endpoint-fails-with-mismatched-dpop-jkt')](ground) {
    await boundCode(ground, { pushed: { dpop_jkt: await ground.thumbprint(ground.client) } });
  },

  async [named('ensure-dpopproof-at-par-endpoint-binding-success')](ground) {
    await ground.complete({ push: {} });
  },

  async [named('ensure-dpop-auth-code-binding-success')](ground) {
    await ground.complete({ pushed: { dpop_jkt: await ground.thumbprint(ground.client) }, push: {} });
  },

  async [named('ensure-holder-of-key-required')](ground) {
    const code = await ground.code();
    expectRefused(await ground.client.redeem(code, { proof: null }), 'invalid_grant');
  },

  async [named('dpop-negative-tests')](ground) {
    const held = await makeKey('ES256');
    const code = await ground.code();
    const { body } = await ground.client.redeem(code, { proof: { key: held.key } });
    const accessToken = String(body.access_token);
    const address = String(ground.provider.metadata['userinfo_endpoint']);
    const jwk = held.jwk;
    const good = (): Proof => ({
      header: { alg: 'ES256', typ: 'dpop+jwt', jwk },
      claims: {
        jti: randomUUID(),
        htm: 'GET',
        htu: address,
        iat: now(),
        ath: createHash('sha256').update(accessToken).digest('base64url'),
      },
      key: held.key,
    });
    const ask = async (proofs: string[], header = 'DPoP'): Promise<number> => {
      const headers = new Headers({ authorization: `DPoP ${accessToken}` });
      for (const proof of proofs) headers.append(header, proof);
      return (await fetch(address, { headers })).status;
    };
    const bent = async (change: (proof: Proof) => Partial<Proof>): Promise<number> => {
      const proof = good();
      return ask([await sign({ ...proof, ...change(proof) })]);
    };
    const header = (change: Record<string, unknown>) => bent((proof) => ({ header: { ...proof.header, ...change } }));
    const claims = (change: Record<string, unknown>) => bent((proof) => ({ claims: { ...proof.claims, ...change } }));
    const other = await makeKey('ES256');
    const rsa = await makeKey('RS256');
    const plain = await sign(good());
    const repeated = await sign({ ...good(), claims: { ...good().claims, jti: 'the same twice' } });
    const [head = '', ...rest] = (await sign(good())).split('.');
    const headWithoutAlg = base64url.encode(
      JSON.stringify({ ...JSON.parse(new TextDecoder().decode(base64url.decode(head))), alg: undefined }),
    );

    const taken = {
      'as it should be': await bent(() => ({})),
      'the header in capitals': await ask([await sign(good())], 'DPOP'),
      'htu in capitals': await claims({ htu: address.replace('localhost', 'LOCALHOST').replace('http', 'HTTP') }),
      'htu with query and fragment': await claims({ htu: `${address}?a=b#c` }),
      'further header and claim': await bent((proof) => ({
        header: { ...proof.header, unheard_of: 'x' },
        claims: { ...proof.claims, unheard_of: 'x' },
      })),
      'the first of two alike': await ask([repeated]),
    };
    expect(taken).toEqual(Object.fromEntries(Object.keys(taken).map((what) => [what, 200])));

    const refused = {
      'the second of two alike': await ask([repeated]),
      'two proofs': await ask([plain, await sign(good())]),
      'no JWT': await ask(['not.a.jwt']),
      'no typ': await header({ typ: undefined }),
      'another typ': await header({ typ: 'jwt' }),
      'no alg': await ask([[headWithoutAlg, ...rest].join('.')]),
      'alg none': await ask([new UnsecuredJWT(good().claims).encode()]),
      RS256: await bent((proof) => ({ header: { ...proof.header, alg: 'RS256', jwk: rsa.jwk }, key: rsa.key })),
      'no jwk': await header({ jwk: undefined }),
      'a private jwk': await header({ jwk: await exportJWK(held.key) }),
      'no jti': await claims({ jti: undefined }),
      'no htm': await claims({ htm: undefined }),
      'another htm': await claims({ htm: 'PUT' }),
      'no htu': await claims({ htu: undefined }),
      'another htu': await claims({ htu: 'https://suite.example/userinfo' }),
      'no iat': await claims({ iat: undefined }),
      'an hour ahead': await claims({ iat: now() + 3600 }),
      'an hour ago': await claims({ iat: now() - 3600 }),
      'no ath': await claims({ ath: undefined }),
      'another ath': await claims({ ath: createHash('sha256').update('another').digest('base64url') }),
      'a signature that does not fit': await ask([flipped(await sign(good()))]),
      'another key': await bent((proof) => ({ header: { ...proof.header, jwk: other.jwk }, key: other.key })),
    };
    const bearer = await fetch(address, { headers: { authorization: `Bearer ${accessToken}` } });
    expect([bearer.status, await ask([])]).toEqual([401, 400]);
    const wrong = Object.entries(refused).filter(([, status]) => status !== 400 && status !== 401);
    expect(wrong).toEqual([]);
    expect(await bent(() => ({}))).toBe(200); // it was the proofs, not the token
  },
};
