import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'panel',
  name: 'Panel',
  version: '1.9.4',
  words: ['dashboard', 'bokeh', 'holoviz', 'python', 'data'],
  mark: 'Pa',
  about: 'A server of dashboards in Python.',
  example: 'https://figures.northwind.example',
  registration: { kind: 'web', redirectUris: ['{app}/login'], withoutPkce: true, initiateLoginUri: '{app}/' },
  there: [
    {
      where: 'The environment of `panel serve`',
      format: 'env',
      text: `PANEL_OAUTH_PROVIDER=generic
PANEL_OAUTH_KEY={clientId}
PANEL_OAUTH_SECRET={clientSecret}
PANEL_OAUTH_REDIRECT_URI={app}/login
PANEL_OAUTH_AUTHORIZE_URL={issuer}/oauth2/authorize
PANEL_OAUTH_TOKEN_URL={issuer}/oauth2/token
PANEL_OAUTH_USER_URL={issuer}/oauth2/userinfo
PANEL_OAUTH_SCOPE=openid,profile,email
PANEL_COOKIE_SECRET={random}`,
    },
  ],
  notes: [
    'Its provider `generic` sends no PKCE: the application is registered *without PKCE*. Its provider `auth_code` sends PKCE, but no client secret.',
    'It keys people on their address; set `PANEL_USER_KEY=sub` where Gatehouse leaves that out.',
    'Tokens are kept in signed cookies of the person; `PANEL_OAUTH_ENCRYPTION` encrypts them.',
  ],
  then: 'Start `panel serve`; every page leads to the log-in page, and `/logout` logs out.',
  lacks: ['It does not log people out of Gatehouse, and knows no back-channel logout.'],
};
