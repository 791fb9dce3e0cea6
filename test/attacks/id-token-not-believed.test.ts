import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventsOf, gained, inForce } from '../support/federation.ts';
import { startHostileGround } from '../support/hostile-organization.ts';
import type { HostileGround } from '../support/hostile-organization.ts';

type Fault = Parameters<HostileGround['provider']['setFaults']>[0]['token'] extends (infer One)[] | undefined
  ? One
  : never;

/** Everything about a token that must keep its bearer out, however it comes. */
const FAULTS: [string, Fault][] = [
  ['wrong signature', { kind: 'wrong-signature' }],
  ['alg none', { kind: 'alg-none' }],
  ['HS256 under the published key', { kind: 'hs256' }],
  ['HS256 under our client secret', { kind: 'hs256', secret: 'known to the attacker' }],
  ['HS256 under our client id', { kind: 'hs256', secret: 'gatehouse' }],
  ['unknown key id', { kind: 'unknown-key-id' }],
  ['a key of its own', { kind: 'embedded-key' }],
  ['critical header', { kind: 'critical-header' }],
  ['wrong issuer', { kind: 'wrong-issuer' }],
  ['issuer with a slash', { kind: 'issuer-with-slash' }],
  ['wrong audience', { kind: 'wrong-audience' }],
  ['a list of audiences', { kind: 'audience-list', azp: 'gatehouse' }],
  ['foreign azp', { kind: 'foreign-azp' }],
  ['wrong nonce', { kind: 'wrong-nonce' }],
  ['no nonce', { kind: 'no-nonce' }],
  ['expired', { kind: 'expired' }],
  ['issued ahead', { kind: 'future-iat' }],
  ['valid later', { kind: 'future-nbf' }],
  ['no subject', { kind: 'no-subject' }],
  ['a subject of 300 characters', { kind: 'claims', set: { sub: 's'.repeat(300) } }],
  ['half a megabyte', { kind: 'huge' }],
];

let ground: HostileGround;

beforeAll(async () => {
  ground = await startHostileGround();
});
afterAll(async () => {
  await ground?.[Symbol.asyncDispose]();
});

describe.each(['code', 'id-token'] as const)('an ID token by %s', (flow) => {
  beforeEach(async () => {
    ground.provider.setFaults({});
    ground.service.clock.advance(31); // keys may be asked for again
    await ground.use(flow);
  });

  test.each(FAULTS)('with %s lets nobody in', async (_what, fault) => {
    const before = await gained(ground.service, ground.organization);
    ground.provider.setFaults({ token: [fault] });
    ground.provider.received.length = 0;
    await using browser = ground.openBrowser();
    const page = await ground.tryLogin(browser);
    expect(ground.provider.received.map(({ path }) => path)).toContain('/authorize');
    expect(page.title).not.toContain('Your applications');
    expect(page.status).toBeLessThan(500);
    expect(await gained(ground.service, ground.organization)).toEqual(before);
    expect(await eventsOf(ground.service, ground.organization)).toContain('login.refused');
    // A reference is random letters, which may spell anything.
    expect(page.text.replace(/Reference [A-Z0-9]{8}/, '')).not.toMatch(/AADSTS|JWT|stack|Error:/);
  });
});

describe('where an administrator trusts the audience "project" beside the Client ID', () => {
  const claims = (set: object): Fault => ({ kind: 'claims', set: { ...set } });

  test.each<[string, Fault]>([
    ['that audience alone', claims({ aud: ['project'], azp: 'gatehouse' })],
    ['that audience as text', claims({ aud: 'project' })],
    ['both, and nobody it was issued to', claims({ aud: ['gatehouse', 'project'] })],
    ['both, issued to the other', claims({ aud: ['gatehouse', 'project'], azp: 'project' })],
    ['a third one', claims({ aud: ['gatehouse', 'project', 'other'], azp: 'gatehouse' })],
  ])('an ID token for %s lets nobody in', async (_what, fault) => {
    await ground.use('code', { trustedAudiences: 'project' });
    const before = await gained(ground.service, ground.organization);
    ground.provider.setFaults({ token: [fault] });
    await using browser = ground.openBrowser();
    expect((await ground.tryLogin(browser)).title).not.toContain('Your applications');
    expect(await gained(ground.service, ground.organization)).toEqual(before);
  });
});

test.each<[string, unknown]>([
  ['of no domain', null],
  ['of another domain', 'contoso.example'],
  ['of a longer domain', 'fabrikam-trading.example.contoso.example'],
  ['of a list', ['fabrikam-trading.example']],
])('where a hosted domain is pinned, an account %s lets nobody in', async (_what, hd) => {
  await ground.use('code', { hostedDomain: 'Fabrikam-Trading.example' });
  const before = await gained(ground.service, ground.organization);
  ground.provider.setFaults({ token: [{ kind: 'claims', set: { hd } }] });
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).not.toContain('Your applications');
  expect(await gained(ground.service, ground.organization)).toEqual(before);
  expect(await inForce(ground.service, ground.organization)).toMatchObject({
    state: 'unconfirmed',
    failingSince: null,
    lastFailure: 'login.hosted-domain',
  });
  ground.provider.setFaults({ token: [{ kind: 'claims', set: { hd: 'fabrikam-trading.example' } }] });
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
});

test('a provider that refuses whatever it is asked does not send a browser round without end', async () => {
  await ground.use('code');
  const refused = { kind: 'error', status: 401, body: { error: 'invalid_client' } } as const;
  const endless = async (faults: Parameters<typeof ground.provider.setFaults>[0]): Promise<number> => {
    ground.provider.setFaults(faults);
    ground.provider.received.length = 0;
    await using browser = ground.openBrowser();
    expect((await ground.tryLogin(browser)).title).not.toContain('Your applications');
    return ground.provider.received.filter(({ path }) => path === '/authorize').length;
  };
  expect(await endless({ response: [{ kind: 'error', error: 'invalid_scope' }] })).toBe(2);
  expect(await endless({ http: { token: refused } })).toBe(2);
});

test('the same provider without faults lets its person in', async () => {
  ground.provider.setFaults({});
  await ground.use('id-token');
  await using browser = ground.openBrowser();
  expect((await ground.tryLogin(browser)).title).toContain('Your applications');
  expect((await inForce(ground.service, ground.organization))?.state).toBe('active');
});
