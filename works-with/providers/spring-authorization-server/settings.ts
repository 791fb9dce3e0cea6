import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': 'the base address of the server, `https://HOST`' };

export const settings: ProviderSettings = {
  name: 'Spring Authorization Server',
  version: '7.1.2',
  needs: ['Java'],
  withSecret: {
    there: [
      'In `spring.security.oauth2.authorizationserver.client.<name>.registration`: `client-id`, `client-secret`.',
      '`client-authentication-methods: [client_secret_basic]` or `[client_secret_post]`, or both.',
      '`authorization-grant-types: [authorization_code]`.',
      '`redirect-uris: [{redirectUrl}]`.',
      '`scopes: [openid, profile, email]`.',
    ],
    here: { ...HERE, 'Client secret': 'as there' },
  },
  withoutSecret: {
    there: [
      'In `spring.security.oauth2.authorizationserver.client.<name>.registration`: `client-id`, no `client-secret`.',
      '`client-authentication-methods: [none]`, and beside the registration `require-proof-key: true`.',
      '`authorization-grant-types: [authorization_code]`.',
      '`redirect-uris: [{redirectUrl}]`.',
      '`scopes: [openid, profile, email]`.',
    ],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    'Without a token customizer ID token and userinfo hold `sub` alone: people confirm their mailbox by a code once.',
    '`prompt` and `max_age` are ignored: no fresh login there.',
    'The default signing key changes at every restart; Gatehouse reads the new one by itself.',
  ],
};
