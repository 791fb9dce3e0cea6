import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': 'the plugin’s issuer, `https://HOST/api/oidc`' };

export const settings: ProviderSettings = {
  name: 'Glewlwyd',
  version: '2.7.5',
  needs: ['Debian'],
  withSecret: {
    there: [
      '*Parameters → Plugins*: a *Glewlwyd OpenID Connect plugin* whose *Issuer* is `https://HOST/api/` and its name; *E-mail claim* and *Name claim* on demand, for the scopes `email` and `profile`.',
      '*Scopes*: `openid`, `profile` and `email`, each with *Password required*; the users have all three.',
      '*Clients*: *Confidential*, a secret, redirect URI `{redirectUrl}`, authorization type `code`, the three scopes.',
    ],
    here: { ...HERE, 'Client secret': 'as there' },
  },
  withoutSecret: {
    there: [
      'The plugin and the scopes as above, and *PKCE allowed*.',
      '*Clients*: not confidential, redirect URI `{redirectUrl}`, authorization type `code`, the three scopes.',
      'For an ID token by form_post instead: authorization type `id_token`, and *Implicit* on in the plugin.',
    ],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    'Leave *Add issuer in /auth response* off for an ID token by form_post: it percent-encodes `iss` a second time there, and Gatehouse refuses another issuer than its own.',
    '`email_verified` is stated nowhere unless a claim of that name is added: people who were not invited confirm their mailbox by a code once.',
    'Consent is asked for once, and every scope has to be ticked there.',
  ],
};
