import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'jupyterhub',
  name: 'JupyterHub',
  version: '6.1.1',
  words: ['python', 'notebooks', 'jupyter', 'oauthenticator', 'science'],
  mark: 'Jh',
  about: 'Notebooks for many people on one server, by `oauthenticator` 17.4.0.',
  example: 'https://notebooks.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/hub/oauth_callback'],
    postLogoutRedirectUris: ['{app}/hub/login'],
    initiateLoginUri: '{app}/',
    refreshTokens: true,
  },
  there: [
    {
      where: 'jupyterhub_config.py',
      format: 'python',
      text: `c.JupyterHub.authenticator_class = 'generic-oauth'
c.GenericOAuthenticator.client_id = '{clientId}'
c.GenericOAuthenticator.client_secret = '{clientSecret}'
c.GenericOAuthenticator.authorize_url = '{issuer}/oauth2/authorize'
c.GenericOAuthenticator.token_url = '{issuer}/oauth2/token'
c.GenericOAuthenticator.userdata_url = '{issuer}/oauth2/userinfo'
c.GenericOAuthenticator.oauth_callback_url = '{app}/hub/oauth_callback'
c.GenericOAuthenticator.scope = ['openid', 'profile', 'email']
c.GenericOAuthenticator.username_claim = 'email'
c.GenericOAuthenticator.allow_all = True
c.GenericOAuthenticator.logout_redirect_url = (
    '{issuer}/logout?client_id={clientId}&post_logout_redirect_uri={app}/hub/login'
)
c.GenericOAuthenticator.enable_auth_state = True
c.CryptKeeper.keys = ['{random}']`,
    },
  ],
  notes: [
    'It needs the package `oauthenticator`. PKCE is on by itself.',
    'By itself it asks for no scope, and names people by a claim `username` that does not exist.',
    '`username_claim = "email"` refuses people without a proven address, and takes a new address for a new person; `"sub"` does neither, and shows an id.',
    '`allow_all` lets everybody in who may use the application; `allowed_users` is a list.',
    'With `enable_auth_state` it asks again every 5 minutes, with its refresh token where that is needed: who was logged out of Gatehouse has to log in again.',
  ],
  then: 'Start it again; its page has a button *Sign in with OAuth 2.0*.',
  lacks: [
    'It knows no back-channel logout; it notices one within 5 minutes.',
    'It checks no ID token: it reads userinfo alone.',
  ],
};
