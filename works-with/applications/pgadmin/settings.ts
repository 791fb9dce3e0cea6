import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'pgadmin',
  name: 'pgAdmin',
  version: '9.18',
  words: ['postgresql', 'database', 'sql'],
  mark: 'pA',
  about: 'Administration of PostgreSQL in a browser.',
  example: 'https://databases.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oauth2/authorize'],
    postLogoutRedirectUris: ['{app}/'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: 'config_local.py',
      format: 'python',
      text: `AUTHENTICATION_SOURCES = ['oauth2', 'internal']
OAUTH2_AUTO_CREATE_USER = True
OAUTH2_CONFIG = [
    {
        'OAUTH2_NAME': 'gatehouse',
        'OAUTH2_DISPLAY_NAME': 'Single sign-on',
        'OAUTH2_CLIENT_ID': '{clientId}',
        'OAUTH2_CLIENT_SECRET': '{clientSecret}',
        'OAUTH2_SERVER_METADATA_URL': '{discovery}',
        'OAUTH2_AUTHORIZATION_URL': '{issuer}/oauth2/authorize',
        'OAUTH2_TOKEN_URL': '{issuer}/oauth2/token',
        'OAUTH2_API_BASE_URL': '{issuer}/',
        'OAUTH2_USERINFO_ENDPOINT': 'oauth2/userinfo',
        'OAUTH2_SCOPE': 'openid email profile',
        'OAUTH2_CHALLENGE_METHOD': 'S256',
        'OAUTH2_RESPONSE_TYPE': 'code',
        'OAUTH2_ICON': 'fa-key',
        'OAUTH2_BUTTON_COLOR': '#325a9c',
        'OAUTH2_LOGOUT_URL': '{issuer}/logout?id_token_hint={id_token}&post_logout_redirect_uri={redirect_uri}',
    }
]`,
    },
  ],
  notes: [
    'PKCE needs both `OAUTH2_CHALLENGE_METHOD` and `OAUTH2_RESPONSE_TYPE`.',
    'It finds people by their address and needs one; `OAUTH2_USERNAME_CLAIM` = `sub` finds them when it changes too.',
    'It refuses addresses of internal domains unless `ALLOW_SPECIAL_EMAIL_DOMAINS` names them.',
  ],
  then: 'Start it again; its page has a button *Login with Single sign-on*.',
  lacks: ['It knows no back-channel logout.'],
};
