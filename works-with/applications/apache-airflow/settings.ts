import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'apache-airflow',
  name: 'Apache Airflow',
  version: '3.3.2',
  words: ['workflows', 'pipelines', 'scheduler', 'dags', 'flask appbuilder'],
  mark: 'Af',
  about: 'Workflows written in Python, by its FAB auth manager 3.10.2.',
  example: 'https://workflows.northwind.example',
  registration: { kind: 'web', redirectUris: ['{app}/auth/oauth-authorized/gatehouse'], initiateLoginUri: '{app}/' },
  there: [
    {
      where: 'airflow.cfg',
      format: 'ini',
      text: `[core]
auth_manager = airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager

[api]
base_url = {app}`,
    },
    {
      where: 'webserver_config.py, beside airflow.cfg',
      format: 'python',
      text: `from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from flask_appbuilder.const import AUTH_OAUTH


class SecurityManager(FabAirflowSecurityManagerOverride):
    def get_oauth_user_info(self, provider, resp):
        person = self.oauth_remotes[provider].userinfo()
        return {
            'username': person['sub'],
            'email': person.get('email', ''),
            'first_name': person.get('given_name', ''),
            'last_name': person.get('family_name', ''),
        }


SECURITY_MANAGER_CLASS = SecurityManager
AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = 'Viewer'
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
]`,
    },
  ],
  notes: [
    'It needs the packages `apache-airflow-providers-fab` and `authlib`.',
    'By itself it names people by the claim `preferred_username` and refuses who has none; the security manager goes by `sub`.',
    'PKCE is off unless `code_challenge_method` names it.',
    'The last part of the redirect URI is the provider’s `name`.',
  ],
  then: 'Start the API server again; its log-in page has a button *Sign In with gatehouse*.',
  lacks: ['It does not log people out of Gatehouse, and knows no back-channel logout.'],
};
