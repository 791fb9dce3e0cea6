import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { federatedMethod } from '../../base/federated-method.ts';
import { createConnectors } from '../create-connectors.ts';
import { findDirectory } from './read-directory.ts';
import type { DirectoryDeps } from './read-directory.ts';
import { startSayingProvider } from '../../../test/support/saying-provider.ts';
import type { SayingProvider } from '../../../test/support/saying-provider.ts';

const DIRECTORY = '0f9a3b1c-1111-4222-8333-444455556666';
const OBJECT = '11111111-2222-4333-8444-555566667777';
let provider: SayingProvider;

beforeAll(async () => {
  provider = await startSayingProvider();
});
afterAll(() => provider.close());

describe('a directory in one of Microsoft’s clouds', () => {
  const LOGIN = {
    global: 'login.microsoftonline.com',
    'us-government': 'login.microsoftonline.us',
    china: 'login.partner.microsoftonline.cn',
  } as const;
  type Cloud = keyof typeof LOGIN;
  /** Microsoft, whose directory lives in one cloud; the global one may answer for another or say only that it is elsewhere. */
  const microsoft = (home: Cloud, globally: 'answers' | 'elsewhere' | 'unknown' = 'unknown') => {
    const asked: string[] = [];
    const issuer = `https://${LOGIN[home]}/${DIRECTORY}/v2.0`;
    const document = {
      issuer,
      authorization_endpoint: `https://${LOGIN[home]}/${DIRECTORY}/oauth2/v2.0/authorize`,
      token_endpoint: `https://${LOGIN[home]}/${DIRECTORY}/oauth2/v2.0/token`,
      jwks_uri: `https://${LOGIN[home]}/${DIRECTORY}/discovery/v2.0/keys`,
      response_types_supported: ['code', 'id_token'],
      response_modes_supported: ['form_post'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
    const answer = async (url: string | URL): Promise<Response> => {
      const { host, pathname } = new URL(url);
      asked.push(host);
      if (pathname.endsWith('/keys')) return Response.json(provider.keys);
      const answers = host === LOGIN[home] || (host === LOGIN.global && globally === 'answers');
      if (answers) return Response.json(document);
      const number = host === LOGIN.global && globally === 'elsewhere' ? 90038 : 90002;
      return Response.json({ error: 'invalid_tenant', error_codes: [number] }, { status: 400 });
    };
    const connectors = createConnectors({
      fetch: Object.assign(answer, { close: () => Promise.resolve() }),
      clock: systemClock,
      entraAuthority: 'https://login.microsoftonline.com',
      ownIssuer: 'https://gatehouse.example',
    });
    const callbacks = { shared: 'https://gatehouse.example/shared', organization: 'https://gatehouse.example/own' };
    const check = async (directoryId: string, cloud?: Cloud): Promise<unknown> => {
      const entered = { method: 'entra-id', clientId: OBJECT, directoryId, cloud, credential: 'none' };
      return connectors.get(federatedMethod('entra-id'))!.check(entered, callbacks, null);
    };
    return { asked, check, connectors };
  };

  test.each<[Cloud, string, 'answers' | 'elsewhere' | 'unknown']>([
    ['global', DIRECTORY, 'unknown'],
    ['global', 'fabrikam.example', 'unknown'],
    ['us-government', 'fabrikam.example', 'answers'],
    ['us-government', DIRECTORY, 'elsewhere'],
    ['china', DIRECTORY, 'unknown'],
    ['us-government', `https://login.microsoftonline.us/${DIRECTORY}/v2.0/.well-known/openid-configuration`, 'unknown'],
    ['china', `https://login.chinacloudapi.cn/${DIRECTORY}/v2.0`, 'unknown'],
  ])('%s is found by %s', async (home, typed, globally) => {
    const checked = await microsoft(home, globally).check(typed);
    const issuer = `https://${LOGIN[home]}/${DIRECTORY}/v2.0`;
    expect(checked).toMatchObject({ issuer, settings: { cloud: home, directoryId: DIRECTORY } });
  });

  test('a cloud that was chosen is asked alone', async () => {
    const { asked, check } = microsoft('china');
    expect(await check(DIRECTORY, 'china')).toMatchObject({ settings: { cloud: 'china' } });
    expect(new Set(asked)).toEqual(new Set([LOGIN.china]));
  });

  test.each<[Cloud, 'answers' | 'elsewhere' | 'unknown', object]>([
    ['us-government', 'elsewhere', { fault: 'entra.90038', field: 'directoryId' }],
    ['us-government', 'answers', { fault: 'entra.90038', field: 'cloud' }],
    ['us-government', 'unknown', { fault: 'entra.90002', field: 'directoryId' }],
  ])('that is in %s (%s) is not taken for one of the global cloud', async (home, globally, fault) => {
    expect(await microsoft(home, globally).check(DIRECTORY, 'global')).toMatchObject({
      ...fault,
      values: { directoryId: DIRECTORY },
    });
  });

  test.each(['common', 'organizations', 'https://login.microsoftonline.com/common/v2.0'])(
    '%s names none',
    async (typed) => {
      expect(await microsoft('global').check(typed)).toEqual({ fault: 'entra.common', field: 'directoryId' });
    },
  );

  test('an address of a cloud pasted as Discovery url is Entra ID there', () => {
    const connector = microsoft('us-government').connectors.get(federatedMethod('entra-id'))!;
    const pasted = (discoveryUrl: string): unknown =>
      connector.adopt('openid-connect', { clientId: OBJECT, credential: 'none', discoveryUrl })?.entered ?? null;
    expect(pasted(`https://login.microsoftonline.us/${DIRECTORY}/v2.0?appid=${OBJECT}`)).toMatchObject({
      directoryId: DIRECTORY,
      cloud: 'us-government',
      appSpecificKeys: true,
    });
    expect(pasted('https://login.microsoftonline.com/common/v2.0')).toMatchObject({ directoryId: 'common' });
    expect(pasted('https://login.contoso.example/')).toBeNull();
  });
});

test.each(['a/../common', 'fabrikam', `${'a.'.repeat(127)}example`])(
  '%s is no domain to ask Microsoft for',
  async (name) => {
    const fetch = Object.assign(() => Promise.reject(new Error('asked')), { close: () => Promise.resolve() });
    const deps = { fetch, entraAuthority: 'https://login.microsoftonline.com' } as unknown as DirectoryDeps;
    expect(await findDirectory(deps, name)).toEqual({ fault: 'entra.directory', field: 'directoryId' });
  },
);
