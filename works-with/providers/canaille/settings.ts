import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as shown there', 'Discovery URL': 'the address of Canaille, `https://HOST`' };
const THERE = [
  '*Applications → Add*: a name, *Redirect URIs* `{redirectUrl}`. Grant `authorization_code`, response type `code`, scopes `openid profile email`.',
  '*Audience* holds the application itself; the form does that, the command line does not.',
];

export const settings: ProviderSettings = {
  name: 'Canaille',
  version: '0.3.6',
  needs: ['Python'],
  withSecret: {
    there: [...THERE, '*Token endpoint authentication*: `client_secret_basic` (the default) or `client_secret_post`.'],
    here: { ...HERE, 'Client secret': 'as shown there' },
  },
  withoutSecret: {
    there: [...THERE, '*Token endpoint authentication*: `none`.'],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    '`email_verified` is stated nowhere: people who were not invited confirm their mailbox by a code once.',
    'A fresh login (`max_age=0`) never ends there: administrators confirm changes by a factor of Gatehouse.',
  ],
};
