import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'apache-superset',
  name: 'Apache Superset',
  version: '6.1.0',
  words: ['dashboards', 'charts', 'bi', 'analytics', 'flask appbuilder'],
  mark: 'Su',
  about: 'Dashboards and charts from databases.',
  example: 'https://charts.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oauth-authorized/gatehouse'],
    postLogoutRedirectUris: ['{app}/login/'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: 'superset_config.py',
      format: 'python',
      text: `from flask_appbuilder.security.manager import AUTH_OAUTH
from superset.security import SupersetSecurityManager


class SecurityManager(SupersetSecurityManager):
    def oauth_user_info(self, provider, response=None):
        person = self.oauth_remotes[provider].userinfo()
        return {
            'username': person['sub'],
            'email': person.get('email', ''),
            'first_name': person.get('given_name', ''),
            'last_name': person.get('family_name', ''),
        }


CUSTOM_SECURITY_MANAGER = SecurityManager
AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = 'Gamma'
OAUTH_PROVIDERS = [
    {
        'name': 'gatehouse',
        'icon': 'fa-key',
        'token_key': 'access_token',
        'remote_app': {
            'client_id': '{clientId}',
            'client_secret': '{clientSecret}',
            'server_metadata_url': '{discovery}',
            'client_kwargs': {'scope': 'openid profile email', 'code_challenge_method': 'S256'},
        },
    }
]
LOGOUT_REDIRECT_URL = '{issuer}/logout?client_id={clientId}&post_logout_redirect_uri={app}/login/'`,
    },
  ],
  notes: [
    'It needs the package `authlib`.',
    'It knows what some providers state about people by their names, and nothing of others: without a security manager nobody gets in.',
    'PKCE is off unless `code_challenge_method` names it.',
    'The last part of the redirect URI is the provider’s `name`.',
    'Newcomers get the role in `AUTH_USER_REGISTRATION_ROLE`; `AUTH_ROLES_MAPPING` gives others by roles of the application.',
  ],
  then: 'Start it again; its log-in page has a button *Sign in with Gatehouse*.',
  lacks: ['It knows no back-channel logout.'],
};
