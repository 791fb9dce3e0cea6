import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'chainlit',
  name: 'Chainlit',
  version: '2.12.0',
  words: ['python', 'chat', 'assistant', 'llm', 'ai'],
  mark: 'Cl',
  about: 'Chats with language models, written in Python.',
  example: 'https://assistant.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/auth/oauth/gatehouse/callback'],
    initiateLoginUri: '{app}/',
    clientAuthentication: 'client_secret_post',
    withoutPkce: true,
  },
  there: [
    {
      where: '.env, or the environment',
      format: 'env',
      text: `CHAINLIT_URL={app}
CHAINLIT_AUTH_SECRET={random}
OAUTH_GENERIC_NAME=gatehouse
OAUTH_GENERIC_CLIENT_ID={clientId}
OAUTH_GENERIC_CLIENT_SECRET={clientSecret}
OAUTH_GENERIC_AUTH_URL={issuer}/oauth2/authorize
OAUTH_GENERIC_TOKEN_URL={issuer}/oauth2/token
OAUTH_GENERIC_USER_INFO_URL={issuer}/oauth2/userinfo
OAUTH_GENERIC_SCOPES=openid profile email
OAUTH_GENERIC_USER_IDENTIFIER=sub`,
    },
    {
      where: 'The application, beside its other callbacks',
      format: 'python',
      text: `import chainlit as cl


@cl.oauth_callback
def oauth_callback(provider_id, token, raw_user_data, default_user):
    default_user.display_name = raw_user_data.get("name")
    default_user.metadata["email"] = raw_user_data.get("email")
    return default_user`,
    },
  ],
  notes: [
    'It can send no code challenge: the application is registered *without PKCE*.',
    'The part before `/callback` in the redirect URI is `OAUTH_GENERIC_NAME`.',
    'By itself it tells people apart by their address; `OAUTH_GENERIC_USER_IDENTIFIER=sub` stays when that changes.',
    'Without `oauth_callback` in the application there is no log-in.',
  ],
  then: 'Start it again; its page has a button *Continue with Gatehouse*.',
  lacks: [
    'It checks no ID token: it reads userinfo alone.',
    'It does not log people out of Gatehouse, and knows no back-channel logout; its own session lasts 15 days.',
  ],
};
