import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import type { Check, Checks } from '../test-plan.ts';
import type { RelyingPartyGround } from './ground.ts';

type Fault = NonNullable<NonNullable<Parameters<RelyingPartyGround['begin']>[0]>['token']>[number];

/** A token that is wrong in one thing lets nobody in; the same login without it does. */
function refuses(fault: Fault): Check<RelyingPartyGround> {
  return async (ground) => {
    await ground.begin({ token: [fault] });
    await ground.isRefused();
    await ground.begin();
    await ground.succeeds();
  };
}

/** The provider's keys as it publishes them, without their ids. */
async function keysWithoutIds({ hostile }: RelyingPartyGround): Promise<object[]> {
  const answer = await fetch(`${hostile.provider.issuer}/jwks`);
  const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
  return keys.map(({ kid: _kid, ...key }) => key);
}

export const UNSIGNED: Check<RelyingPartyGround> = refuses({ kind: 'alg-none' });

/** What is checked of an ID token, whichever way it comes. */
export const ID_TOKENS: Checks<RelyingPartyGround> = {
  async 'oidcc-client-test'(ground) {
    await ground.begin();
    await ground.succeeds();
    const [asked] = ground.asked('/authorize');
    expect(asked?.query).toMatchObject({
      response_type: ground.flow === 'code' ? 'code' : 'id_token',
      scope: expect.stringMatching(/(?:^| )openid(?: |$)/),
      client_id: 'gatehouse',
      state: expect.any(String),
      redirect_uri: expect.stringContaining(`${ground.hostile.service.url}/login/callback`),
    });
  },
  'oidcc-client-test-invalid-iss': refuses({ kind: 'wrong-issuer', issuer: 'https://somebody-else.example' }),
  'oidcc-client-test-missing-sub': refuses({ kind: 'no-subject' }),
  'oidcc-client-test-invalid-aud': refuses({ kind: 'wrong-audience' }),
  'oidcc-client-test-missing-iat': refuses({ kind: 'claims', set: { iat: null } }),
  'oidcc-client-test-invalid-sig-rs256': refuses({ kind: 'wrong-signature' }),
  'oidcc-client-test-nonce-invalid': refuses({ kind: 'wrong-nonce' }),

  async 'oidcc-client-test-idtoken-sig-rs256'(ground) {
    await ground.begin();
    await ground.succeeds();
    await ground.begin({ token: [{ kind: 'rs512' }] });
    await ground.isRefused(); // the one algorithm that the provider announces
  },

  async 'oidcc-client-test-kid-absent-single-jwks'(ground) {
    await ground.begin();
    const keys = { kind: 'change', members: { keys: await keysWithoutIds(ground) } } as const;
    await ground.begin({ token: [{ kind: 'no-key-id' }], http: { keys } });
    await ground.succeeds();
  },

  async 'oidcc-client-test-kid-absent-multiple-jwks'(ground) {
    await ground.begin();
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const another = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
    const members = { keys: [another, ...(await keysWithoutIds(ground))] };
    const http = { keys: { kind: 'change', members } } as const;
    await ground.begin({ token: [{ kind: 'no-key-id' }], http });
    await ground.succeeds(); // each is tried
    await ground.begin({ token: [{ kind: 'no-key-id' }, { kind: 'wrong-signature' }], http });
    await ground.isRefused(); // none of them
  },
};
