import type { ProviderSettings } from '../../program.ts';

export const settings: ProviderSettings = {
  name: 'Keycloak',
  version: '26.7.3',
  needs: ['Java'],
  withSecret: {
    there: [
      '*Clients → Create client*, client type *OpenID Connect*, a Client ID.',
      '*Client authentication* on, *Standard flow* on.',
      '*Valid redirect URIs*: `{redirectUrl}`.',
      'Copy the secret from the tab *Credentials*.',
    ],
    here: { 'Client ID': 'as there', 'Discovery URL': '`https://HOST/realms/REALM`', 'Client secret': 'as copied' },
  },
  withoutSecret: {
    there: [
      '*Clients → Create client*, client type *OpenID Connect*, a Client ID.',
      '*Client authentication* off, *Standard flow* on (for an ID token by form_post: *Implicit flow* on).',
      '*Valid redirect URIs*: `{redirectUrl}`.',
    ],
    here: { 'Client ID': 'as there', 'Discovery URL': '`https://HOST/realms/REALM`', Credential: 'none' },
  },
  lacks: [
    '`email_verified` follows the switch of each user: where it is off, people who were not invited confirm their mailbox by a code once.',
    'The default client scopes *profile* and *email* must stay.',
  ],
};
