import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'django-allauth',
  name: 'django-allauth',
  version: '65.22.1',
  words: ['django', 'python', 'paperless-ngx', 'framework'],
  mark: 'Da',
  about: 'What Django sites, Paperless-ngx among them, log people in with.',
  example: 'https://portal.northwind.example',
  registration: { kind: 'web', redirectUris: ['{app}/accounts/oidc/gatehouse/login/callback/'] },
  there: [
    {
      where: '`settings.py`; the package is `django-allauth[socialaccount]`, its addresses are included at `accounts/`',
      format: 'python',
      text: `INSTALLED_APPS += [
    'allauth',
    'allauth.account',
    'allauth.socialaccount',
    'allauth.socialaccount.providers.openid_connect',
]
MIDDLEWARE += ['allauth.account.middleware.AccountMiddleware']
AUTHENTICATION_BACKENDS = [
    'django.contrib.auth.backends.ModelBackend',
    'allauth.account.auth_backends.AuthenticationBackend',
]
SOCIALACCOUNT_PROVIDERS = {
    'openid_connect': {
        'OAUTH_PKCE_ENABLED': True,
        'APPS': [
            {
                'provider_id': 'gatehouse',
                'name': 'Gatehouse',
                'client_id': '{clientId}',
                'secret': '{clientSecret}',
                'settings': {'server_url': '{discovery}'},
            }
        ],
    }
}`,
    },
  ],
  notes: [
    '`OAUTH_PKCE_ENABLED` is needed: it sends no PKCE by itself.',
    'It keys people on `sub`, and asks a newcomer for an address where Gatehouse leaves it out.',
    '`SOCIALACCOUNT_LOGIN_ON_GET = True` leaves its page *Sign in via Gatehouse* out.',
  ],
  then: 'Restart the site; `/accounts/login/` offers *Gatehouse*.',
  lacks: ['It does not log people out of Gatehouse, and knows no back-channel logout.'],
};
