import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'mozilla-django-oidc',
  name: 'Django with mozilla-django-oidc',
  version: '5.0.2',
  words: ['python', 'django', 'library', 'mozilla'],
  mark: 'Dj',
  about: 'A site written with Django, by Mozilla’s library.',
  example: 'https://orders.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oidc/callback/'],
    postLogoutRedirectUris: ['{app}/'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: 'settings.py, at its end',
      format: 'python',
      text: `INSTALLED_APPS += ['mozilla_django_oidc']
MIDDLEWARE += ['mozilla_django_oidc.middleware.SessionRefresh']
AUTHENTICATION_BACKENDS = ['single_sign_on.Backend']

OIDC_RP_CLIENT_ID = '{clientId}'
OIDC_RP_CLIENT_SECRET = '{clientSecret}'
OIDC_RP_SCOPES = 'openid profile email'
OIDC_RP_SIGN_ALGO = 'RS256'
OIDC_USE_PKCE = True
OIDC_OP_AUTHORIZATION_ENDPOINT = '{issuer}/oauth2/authorize'
OIDC_OP_TOKEN_ENDPOINT = '{issuer}/oauth2/token'
OIDC_OP_USER_ENDPOINT = '{issuer}/oauth2/userinfo'
OIDC_OP_JWKS_ENDPOINT = '{issuer}/oauth2/keys'
OIDC_OP_LOGOUT_URL_METHOD = 'single_sign_on.logout_url'

LOGIN_URL = 'oidc_authentication_init'
LOGIN_REDIRECT_URL = '/'
LOGOUT_REDIRECT_URL = '/'`,
    },
    {
      where: 'single_sign_on.py, beside manage.py',
      format: 'python',
      text: `from urllib.parse import urlencode

from mozilla_django_oidc.auth import OIDCAuthenticationBackend


class Backend(OIDCAuthenticationBackend):
    """Finds people by \`sub\`, which stays when an address changes."""

    def verify_claims(self, claims):
        return 'sub' in claims

    def filter_users_by_claims(self, claims):
        return self.UserModel.objects.filter(username=claims['sub'])

    def get_username(self, claims):
        return claims['sub']

    def create_user(self, claims):
        return self.update_user(super().create_user(claims), claims)

    def update_user(self, user, claims):
        user.email = claims.get('email', '')
        user.first_name = claims.get('given_name', '')
        user.last_name = claims.get('family_name', '')
        user.save()
        return user


def logout_url(request):
    query = {'client_id': '{clientId}', 'post_logout_redirect_uri': '{app}/'}
    return '{issuer}/logout?' + urlencode(query)`,
    },
    {
      where: 'urls.py, at its end',
      format: 'python',
      text: `from django.urls import include

urlpatterns += [path('oidc/', include('mozilla_django_oidc.urls'))]`,
    },
  ],
  notes: [
    'The redirect URI ends with a slash.',
    'PKCE has to be switched on, and the signing algorithm named: by itself it sends none and expects HS256.',
    'By itself it finds people by their address and refuses those who have none; `single_sign_on.py` goes by `sub`.',
    '`SessionRefresh` asks Gatehouse every 15 minutes, without a page, whether the person is still logged in.',
  ],
  then: 'Start it again and open a page with `@login_required`. Log out by a form that posts to `{% url "oidc_logout" %}`.',
  lacks: ['It knows no back-channel logout; `SessionRefresh` notices a log-out within 15 minutes.'],
};
