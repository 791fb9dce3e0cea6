import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'directus',
  name: 'Directus',
  version: '11.9.2',
  words: ['cms', 'headless', 'data'],
  mark: 'Di',
  about: 'A back office and API for a database.',
  example: 'https://data.northwind.example',
  questions: [
    {
      id: 'role',
      label: 'Role of newcomers',
      help: 'the id of the role that newcomers get, one with app access: the last part of its address in *Settings → User Roles*',
      initial: '',
    },
  ],
  registration: { kind: 'web', redirectUris: ['{app}/auth/login/gatehouse/callback'], initiateLoginUri: '{app}/admin' },
  there: [
    {
      where: '`.env`',
      format: 'env',
      text: `PUBLIC_URL={app}
AUTH_PROVIDERS=gatehouse
AUTH_GATEHOUSE_DRIVER=openid
AUTH_GATEHOUSE_LABEL=Gatehouse
AUTH_GATEHOUSE_CLIENT_ID={clientId}
AUTH_GATEHOUSE_CLIENT_SECRET={clientSecret}
AUTH_GATEHOUSE_ISSUER_URL={discovery}
AUTH_GATEHOUSE_IDENTIFIER_KEY=sub
AUTH_GATEHOUSE_ALLOW_PUBLIC_REGISTRATION=true
AUTH_GATEHOUSE_DEFAULT_ROLE_ID={role}`,
    },
  ],
  notes: [
    '`AUTH_GATEHOUSE_ALLOW_PUBLIC_REGISTRATION=true` lets people in who have no account there yet; without a role with app access they read *No App Access*.',
    'Keep RS256; with ES256 set `AUTH_GATEHOUSE_CLIENT_ID_TOKEN_SIGNED_RESPONSE_ALG=ES256` there.',
    'PKCE is on by itself.',
    'Addresses must end in a public top-level domain.',
  ],
  then: 'Restart Directus; its log-in page has the button *Log in with Gatehouse*.',
  lacks: [
    'Since version 12 it has single sign-on only with a paid licence: without one its log-in address answers 404.',
    'It does not log people out of Gatehouse, and knows no back-channel logout.',
  ],
};
