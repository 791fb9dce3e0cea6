import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'miniflux',
  name: 'Miniflux',
  version: '2.3.5',
  words: ['rss', 'feeds', 'reader'],
  mark: 'Mf',
  about: 'A reader of feeds.',
  example: 'https://rss.northwind.example',
  registration: { kind: 'web', redirectUris: ['{app}/oauth2/oidc/callback'], initiateLoginUri: '{app}/' },
  there: [
    {
      where: '/etc/miniflux.conf, or the environment',
      format: 'env',
      text: `BASE_URL={app}
OAUTH2_PROVIDER=oidc
OAUTH2_CLIENT_ID={clientId}
OAUTH2_CLIENT_SECRET={clientSecret}
OAUTH2_REDIRECT_URL={app}/oauth2/oidc/callback
OAUTH2_OIDC_DISCOVERY_ENDPOINT={issuer}
OAUTH2_USER_CREATION=1`,
    },
  ],
  notes: [
    '`OAUTH2_OIDC_DISCOVERY_ENDPOINT` is the issuer, without the well-known path.',
    'It takes people by `preferred_username` alone, which a proven address gives: without one it shows its log-in page again, and its log says *username is empty*.',
    '`OAUTH2_USER_CREATION=1` lets people in who have no account there yet.',
  ],
  then: 'Restart Miniflux; its log-in page has a button *Sign in with OpenID Connect*.',
  lacks: ['It does not log people out of Gatehouse, and knows no back-channel logout.'],
};
