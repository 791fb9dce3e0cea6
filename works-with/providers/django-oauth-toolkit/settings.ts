import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': '`https://HOST/o`' };
const THERE = [
  'In `OAUTH2_PROVIDER`: `OIDC_ENABLED: True`, `OIDC_RSA_PRIVATE_KEY`, and `openid`, `profile`, `email` among `SCOPES`.',
  'An application with *Authorization grant type* authorization code and *Redirect uris* `{redirectUrl}`.',
  '*Algorithm*: RSA with SHA-2 256. The default, none, answers 500 at the token endpoint.',
];

export const settings: ProviderSettings = {
  name: 'django-oauth-toolkit',
  version: '3.4.1',
  needs: ['Python'],
  withSecret: {
    there: [...THERE, '*Client type*: confidential. Copy the secret before saving: it is kept hashed.'],
    here: { ...HERE, 'Client secret': 'as copied' },
  },
  withoutSecret: {
    there: [...THERE, '*Client type*: public.'],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    'It states `sub` alone until a validator’s `get_additional_claims` adds `email` and `name`: people confirm their mailbox by a code once.',
    'Consent is asked at every login, unless the application skips authorization or `REQUEST_APPROVAL_PROMPT` is `auto`.',
    'Use a log-in page of your own: with `/admin/login/` a fresh login loses the request.',
  ],
};
