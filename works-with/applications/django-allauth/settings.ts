import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'django-allauth',
  name: 'Django with django-allauth',
  version: '65.21.1',
  words: ['python', 'django', 'library', 'paperless-ngx', 'inventree', 'social account'],
  mark: 'Aa',
  about: 'A site written with Django, by django-allauth; Paperless-ngx and InvenTree use it too.',
  example: 'https://papers.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/accounts/oidc/gatehouse/login/callback/'],
    postLogoutRedirectUris: ['{app}/'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: 'settings.py, at its end',
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
                'name': 'Single sign-on',
                'client_id': '{clientId}',
                'secret': '{clientSecret}',
                'settings': {'server_url': '{issuer}'},
            }
        ],
    }
}
SOCIALACCOUNT_ONLY = True
ACCOUNT_EMAIL_VERIFICATION = 'none'
ACCOUNT_LOGOUT_REDIRECT_URL = '{issuer}/logout?client_id={clientId}&post_logout_redirect_uri={app}/'
LOGIN_URL = 'account_login'
LOGIN_REDIRECT_URL = '/'`,
    },
    {
      where: 'urls.py, at its end',
      format: 'python',
      text: `from django.urls import include

urlpatterns += [path('accounts/', include('allauth.urls'))]`,
    },
  ],
  notes: [
    'It needs `django-allauth[socialaccount]`.',
    'PKCE is off unless `OAUTH_PKCE_ENABLED` says otherwise.',
    'The redirect URI holds the `provider_id`, and ends with a slash.',
    'It tells people apart by `sub`; somebody whose address belongs to an account already is asked to log in with that first.',
    'Paperless-ngx takes the value of `SOCIALACCOUNT_PROVIDERS` as JSON, in `PAPERLESS_SOCIALACCOUNT_PROVIDERS`.',
  ],
  then: 'Start it again; its log-in page shows *Single sign-on*.',
  lacks: ['It knows no back-channel logout.'],
};
