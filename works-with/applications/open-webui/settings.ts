import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'open-webui',
  name: 'Open WebUI',
  version: '0.12.4',
  words: ['chat', 'assistant', 'llm', 'ai', 'ollama'],
  mark: 'Ow',
  about: 'Chats with language models.',
  example: 'https://assistant.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oauth/oidc/callback'],
    postLogoutRedirectUris: ['{app}/auth'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: '.env, or the environment',
      format: 'env',
      text: `WEBUI_URL={app}
OPENID_PROVIDER_URL={discovery}
OPENID_REDIRECT_URI={app}/oauth/oidc/callback
OAUTH_CLIENT_ID={clientId}
OAUTH_CLIENT_SECRET={clientSecret}
OAUTH_CODE_CHALLENGE_METHOD=S256
OAUTH_PROVIDER_NAME=Single sign-on
ENABLE_OAUTH_SIGNUP=true
DEFAULT_USER_ROLE=user
WEBUI_AUTH_SIGNOUT_REDIRECT_URL={app}/auth`,
    },
  ],
  notes: [
    'PKCE is off unless `OAUTH_CODE_CHALLENGE_METHOD` names it.',
    'The first person who logs in becomes its administrator. Without `DEFAULT_USER_ROLE=user` all others wait until that one lets them in.',
    'It tells people apart by `sub`, and needs an address.',
    'Settings of an earlier start lie in its database and win over the environment; `ENABLE_PERSISTENT_CONFIG=false` turns that around.',
  ],
  then: 'Start it again; its page has a button *Continue with Single sign-on*.',
  lacks: [
    'Its back-channel logout (`ENABLE_OAUTH_BACKCHANNEL_LOGOUT`, `{app}/oauth/backchannel-logout`) needs Redis: without it, it answers 200 and people stay in.',
  ],
};
