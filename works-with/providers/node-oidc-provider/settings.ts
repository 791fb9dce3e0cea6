import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': 'the issuer, `https://HOST`' };
const THERE = ['`claims` that map `email` to `email`, `email_verified` and `profile` to `name`.'];

export const settings: ProviderSettings = {
  name: 'node oidc-provider',
  version: '9.13.3',
  needs: [],
  withSecret: {
    there: [
      ...THERE,
      'A client with `client_id`, `client_secret`, `redirect_uris: ["{redirectUrl}"]`; `token_endpoint_auth_method` as you like.',
    ],
    here: { ...HERE, 'Client secret': 'as there' },
  },
  withoutSecret: {
    there: [
      ...THERE,
      'A client with `client_id`, `token_endpoint_auth_method: "none"`, `redirect_uris: ["{redirectUrl}"]`.',
      'For an ID token by form_post instead: `response_types: ["id_token"]`, `grant_types: ["implicit"]`, and `id_token` among the provider’s `responseTypes`.',
    ],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    'Claims of the scopes are served at userinfo in the code flow; Gatehouse asks there.',
    '`prompt=select_account` is refused; Gatehouse asks with `prompt=login` then.',
  ],
};
