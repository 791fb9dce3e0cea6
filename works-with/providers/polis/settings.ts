import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as the connection has it', 'Discovery URL': 'Polis’s `externalUrl`, `https://HOST`' };
const THERE = [
  'A connection for one tenant and product, to the SAML or OpenID Connect provider behind it, which must have https.',
  'Its *allowed redirect URLs*: `{redirectUrl}`. Polis compares no more than their origin unless `openid.redirectExactMatch` is on.',
  'Signing keys for OpenID Connect: `openid.jwtSigningKeys`. Without them a login fails once the person is back.',
];

export const settings: ProviderSettings = {
  name: 'Ory Polis',
  version: '26.2.0',
  needs: [],
  withSecret: { there: THERE, here: { ...HERE, 'Client secret': 'as the connection has it' } },
  withoutSecret: { there: THERE, here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' } },
  lacks: [
    'Of a proof key and a secret it looks at the proof key alone: *Test* does not find a wrong secret.',
    '`email_verified` stands inside of `raw` only: people who were not invited confirm their mailbox by a code once.',
    '`max_age` and `prompt` do not reach the provider behind it, unless `openid.forwardOIDCParams` is on, and no `auth_time` comes back: administrators confirm changes by a factor of Gatehouse.',
  ],
};
