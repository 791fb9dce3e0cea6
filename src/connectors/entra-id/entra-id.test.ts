import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { federatedMethod } from '../../base/federated-method.ts';
import type { Claims } from '../connector.ts';
import { createConnectors } from '../create-connectors.ts';
import type { ProviderSettings } from '../openid-connect/settings.ts';
import type { ProviderFailure } from '../provider-failure.ts';
import { outcomeOf, startSayingProvider, callbackWith } from '../../../test/support/saying-provider.ts';
import type { SayingProvider } from '../../../test/support/saying-provider.ts';

const DIRECTORY = '0f9a3b1c-1111-4222-8333-444455556666';
const OBJECT = '11111111-2222-4333-8444-555566667777';

const epoch = Math.floor(systemClock.now().getTime() / 1000);
let provider: SayingProvider;

beforeAll(async () => {
  provider = await startSayingProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.close());

describe('Entra ID', () => {
  const entra = (): ProviderSettings & { directoryId: string } => {
    const issuer = `${provider.origin}/${DIRECTORY}/v2.0`;
    const base = provider.settings('id-token');
    return {
      ...base,
      issuer,
      directoryId: DIRECTORY,
      metadata: { ...base.metadata, issuer, cloud_instance_name: 'c' },
    };
  };
  const token = (): Record<string, unknown> => ({
    ...provider.plain(),
    iss: `${provider.origin}/${DIRECTORY}/v2.0`,
    ver: '2.0',
    tid: DIRECTORY,
    oid: OBJECT,
    preferred_username: 'maria@fabrikam.example',
    email: 'victim@fabrikam.example',
    iat: epoch - 300,
  });
  const finish = async (
    change: Record<string, unknown>,
    given: Partial<ProviderSettings> = {},
  ): Promise<Claims | ProviderFailure> =>
    outcomeOf(
      provider.finish(
        'entra-id',
        { ...entra(), ...given },
        callbackWith({ id_token: await provider.sign({ ...token(), ...change }), session_state: 'x' }),
      ),
    );

  test('takes tid and oid, and proves the sign-in name, not the address anybody may write', async () => {
    expect(await finish({})).toMatchObject({
      subject: OBJECT,
      directoryId: DIRECTORY,
      provenAddresses: ['maria@fabrikam.example'],
      claimedAddresses: ['victim@fabrikam.example', 'maria@fabrikam.example'],
    });
  });

  test.each<[Record<string, unknown>, string[]]>([
    [{ acct: 1 }, []],
    [{ idp: 'https://sts.windows.net/other/' }, []],
    [{ xms_edov: '1', acct: 1 }, ['victim@fabrikam.example']],
    [{ xms_edov: true }, ['victim@fabrikam.example', 'maria@fabrikam.example']],
    [{ xms_edov: false }, ['maria@fabrikam.example']],
    [{ email_verified: true, preferred_username: '+49 30 1' }, []],
  ])('%j proves %j', async (change, proven) => {
    expect(await finish(change)).toMatchObject({ provenAddresses: proven });
  });

  test.each<[Record<string, unknown>, string | undefined]>([
    [{}, undefined],
    [{ groups: ['a', 'b'] }, '2'],
    [
      { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: provider?.origin } } },
      'unknown (overage)',
    ],
    [{ hasgroups: true }, 'unknown (overage)'],
    [{ hasgroups: 'true', groups: [] }, 'unknown (overage)'],
  ])('%j: groups are %s, and nothing is fetched for them', async (change, groups) => {
    const { shown } = (await finish(change)) as Claims;
    if (groups === undefined) expect(shown).not.toHaveProperty('groups');
    else expect(shown['groups']).toContain(groups);
    expect(provider.asked).toEqual([]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ tid: '9188040d-6c67-4c5b-b112-36a304b66dad' }, 'directory'],
    [{ tid: undefined }, 'directory'],
    [{ TID: DIRECTORY }, 'directory'],
    [{ ver: '1.0' }, 'directory'],
    [{ oid: undefined }, 'claim-missing'],
    [{ oid: 'maria' }, 'claim-missing'],
    [{ iss: `https://sts.windows.net/${DIRECTORY}/` }, 'issuer'],
  ])('%j is refused: %s', async (change, category) => {
    expect(await finish(change)).toMatchObject({ category });
  });

  test.each<[Record<string, unknown>, object]>([
    [{ tid: 'other' }, { member: 'tid', found: '"other"', wanted: `"${DIRECTORY}"` }],
    [{ ver: '1.0' }, { member: 'ver', found: '"1.0"', wanted: '"2.0"' }],
    [{ aud: ['gatehouse'] }, { member: 'aud', found: '["gatehouse"]' }],
    [{ oid: 'maria' }, { member: 'oid', found: '"maria"' }],
  ])('%j is named', async (change, values) => {
    expect(await finish(change)).toMatchObject({ values, serverToServer: false });
  });

  test.each([
    { issuer: `https://login.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0` },
    { cloud_instance_name: 'other' },
  ])('a key with %j is refused', async (change) => {
    const foreign = { keys: provider.keys.keys.map((one) => ({ ...one, ...change })) };
    expect(await finish({}, { keys: foreign })).toMatchObject({ category: 'issuer' });
  });

  test('a key without an id is believed by no token without one', async () => {
    const nameless = { keys: provider.keys.keys.map((one) => ({ ...one, kid: undefined })) };
    const idToken = await provider.sign(token(), { kid: undefined } as never);
    const call = provider.finish('entra-id', { ...entra(), keys: nameless }, callbackWith({ id_token: idToken }));
    expect(await outcomeOf(call)).toMatchObject({ category: 'signature' });
  });

  test('a key for the template of all directories is taken', async () => {
    const template = {
      keys: provider.keys.keys.map((one) => ({ ...one, issuer: `${provider.origin}/{tenantid}/v2.0` })),
    };
    expect(await finish({}, { keys: template })).toMatchObject({ subject: OBJECT });
  });
});

test('a secret is taken of a directory that gives codes', async () => {
  const authority = 'https://login.microsoftonline.com';
  const issuer = `${authority}/${DIRECTORY}/v2.0`;
  const check = async (types: string[]): Promise<unknown> => {
    const metadata = {
      issuer,
      authorization_endpoint: `${authority}/authorize`,
      token_endpoint: `${authority}/token`,
      jwks_uri: `${authority}/keys`,
      response_types_supported: types,
      id_token_signing_alg_values_supported: ['RS256'],
    };
    const answer = async (url: string | URL): Promise<Response> =>
      Response.json(String(url).endsWith('/keys') ? provider.keys : metadata);
    const connectors = createConnectors({
      fetch: Object.assign(answer, { close: () => Promise.resolve() }),
      clock: systemClock,
      entraAuthority: authority,
      ownIssuer: 'https://gatehouse.example',
    });
    const entered = {
      method: 'entra-id',
      clientId: OBJECT,
      directoryId: DIRECTORY,
      credential: 'secret',
      clientSecret: 's',
    };
    const callbacks = { shared: 'https://gatehouse.example/shared', organization: 'https://gatehouse.example/own' };
    return connectors.get(federatedMethod('entra-id'))!.check(entered, callbacks, null);
  };
  expect(await check(['code', 'id_token'])).toMatchObject({ settings: { flow: 'code' } });
  expect(await check(['id_token'])).toEqual({ fault: 'discovery.no-flow', field: 'directoryId' });
});
