import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': '`https://HOST/api/auth`' };

export const settings: ProviderSettings = {
  name: 'better-auth',
  version: '1.7.25',
  needs: [],
  withSecret: {
    there: [
      'The plugins `jwt()` and `oauthProvider()` of @better-auth/oauth-provider 1.7.5, with `loginPage` and `consentPage`.',
      '`POST /api/auth/oauth2/create-client` with `redirect_uris: ["{redirectUrl}"]` and `scope: "openid profile email"`.',
      '`token_endpoint_auth_method`: left out (`client_secret_basic`) or `client_secret_post`.',
    ],
    here: { ...HERE, 'Client secret': 'as answered' },
  },
  withoutSecret: {
    there: [
      'The plugins `jwt()` and `oauthProvider()` of @better-auth/oauth-provider 1.7.5, with `loginPage` and `consentPage`.',
      '`POST /api/auth/oauth2/create-client` with `token_endpoint_auth_method: "none"`, `redirect_uris: ["{redirectUrl}"]` and `scope: "openid profile email"`.',
    ],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    '`email_verified` is false until the address is confirmed there: people who were not invited confirm their mailbox by a code once.',
    'A failed client authentication spends the code; Gatehouse sends people round once more by itself.',
    '*Use another account* needs its option `selectAccount`.',
  ],
};
