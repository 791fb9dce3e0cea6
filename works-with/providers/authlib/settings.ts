import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': 'the issuer, `https://HOST`' };
const THERE = [
  '`AuthorizationCodeGrant` with `CodeChallenge(required=True)` and `OpenIDCode`; a discovery document, which Authlib leaves to the site.',
  'A client whose metadata name `redirect_uris` `{redirectUrl}`, `response_types` `code`, `grant_types` `authorization_code`, `scope` `openid profile email`.',
];

export const settings: ProviderSettings = {
  name: 'Authlib',
  version: '1.9.10',
  needs: ['Python'],
  withSecret: {
    there: [...THERE, '`token_endpoint_auth_method`: `client_secret_basic` or `client_secret_post`.'],
    here: { ...HERE, 'Client secret': 'as there' },
  },
  withoutSecret: {
    there: [
      ...THERE,
      '`token_endpoint_auth_method`: `none`, which the grant must have in `TOKEN_ENDPOINT_AUTH_METHODS`: its default lacks it.',
    ],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: ['It is a library: log-in page, consent, discovery document and claims are the site’s.'],
};
