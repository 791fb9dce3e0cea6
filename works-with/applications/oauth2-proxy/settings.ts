import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'oauth2-proxy',
  name: 'oauth2-proxy',
  version: '7.15.6',
  words: ['reverse proxy', 'nginx', 'traefik', 'kubernetes', 'forward auth', 'prometheus'],
  mark: 'o2',
  about: 'A proxy that asks for a login before a web server that knows none.',
  example: 'https://metrics.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oauth2/callback'],
    postLogoutRedirectUris: ['{app}/'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: '/etc/oauth2-proxy.cfg',
      format: 'toml',
      text: `provider = "oidc"
oidc_issuer_url = "{issuer}"
client_id = "{clientId}"
client_secret = "{clientSecret}"
redirect_url = "{app}/oauth2/callback"
code_challenge_method = "S256"
email_domains = ["*"]
whitelist_domains = ["{issuerHost}"]
cookie_secret = "{random16}"`,
    },
    {
      where: 'A link *Log out* of the pages behind it',
      format: 'shell',
      text: '{app}/oauth2/sign_out?rd={issuer}/logout%3Fclient_id={clientId}%26post_logout_redirect_uri={app}/',
    },
  ],
  notes: [
    '`code_challenge_method` is needed: without it people read *403 Forbidden*.',
    'It keys people on their address; where Gatehouse leaves that out, set `oidc_email_claim = "sub"`.',
    '`email_domains` says whose addresses may in; `*` leaves that to Gatehouse.',
    'The link logs out on both sides; `whitelist_domains` allows it.',
    'With `cookie_refresh`, keep its sessions in Redis: in cookies, several requests at once lose the session.',
  ],
  then: 'Start it with `--config /etc/oauth2-proxy.cfg`; its address leads to the log-in page.',
  lacks: ['It knows no back-channel logout.'],
};
