import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'flask-oidc',
  name: 'Flask with Flask-OIDC',
  version: '2.4.0',
  words: ['python', 'flask', 'library', 'authlib'],
  mark: 'Fl',
  about: 'A site written with Flask.',
  example: 'https://parcels.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/authorize'],
    postLogoutRedirectUris: ['{app}/'],
    initiateLoginUri: '{app}/',
    clientAuthentication: 'client_secret_post',
    refreshTokens: true,
  },
  there: [
    {
      where: 'client_secrets.json, beside the site',
      format: 'json',
      text: `{
  "web": {
    "issuer": "{issuer}",
    "client_id": "{clientId}",
    "client_secret": "{clientSecret}"
  }
}`,
    },
    {
      where: 'The site, where `app` is made',
      format: 'python',
      text: `from flask import redirect
from flask_oidc import OpenIDConnect

app.config.update(
    SECRET_KEY='{random}',
    OIDC_CLIENT_SECRETS='client_secrets.json',
    OIDC_SCOPES='openid profile email',
    OIDC_OVERWRITE_REDIRECT_URI='{app}/authorize',
)
oidc = OpenIDConnect(app)
oidc.oauth.oidc.client_kwargs['code_challenge_method'] = 'S256'
LOGOUT = '/logout?next={app}/goodbye'


@app.get('/goodbye')
def goodbye():
    return redirect('{issuer}/logout?client_id={clientId}&post_logout_redirect_uri={app}/')`,
    },
  ],
  notes: [
    'PKCE is off, and has no setting: the line with `code_challenge_method` switches it on in Authlib, which it is built on.',
    'Pages with `@oidc.require_login` ask people to log in; what is known of them is in `session["oidc_auth_profile"]`: tell them apart by `sub`.',
    'With a refresh token it renews the access token by itself; without one people have to log in again when that ends.',
  ],
  then: 'Start it again and open a page with `@oidc.require_login`.',
  lacks: ['It knows no back-channel logout; it notices one when it renews the access token.'],
};
