import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'apache-mod-auth-openidc',
  name: 'Apache with mod_auth_openidc',
  version: '2.4.12.3',
  words: ['httpd', 'web server', 'reverse proxy', 'php', 'freshrss', 'intranet'],
  mark: 'Ap',
  about: 'A web server that asks for a login before pages, programs behind it and PHP.',
  example: 'https://intranet.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oidc/callback'],
    postLogoutRedirectUris: ['{app}/'],
    backchannelLogoutUri: '{app}/oidc/callback?logout=backchannel',
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: 'The `VirtualHost`; the module is Debian’s `libapache2-mod-auth-openidc`, `a2enmod auth_openidc`',
      format: 'apache',
      text: `OIDCProviderMetadataURL {discovery}
OIDCClientID {clientId}
OIDCClientSecret {clientSecret}
OIDCRedirectURI {app}/oidc/callback
OIDCCryptoPassphrase {random}
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email

<Location />
  AuthType openid-connect
  Require valid-user
</Location>`,
    },
    {
      where: 'A link *Log out* of the pages',
      format: 'shell',
      text: '{app}/oidc/callback?logout={app}/',
    },
  ],
  notes: [
    '`OIDCPKCEMethod` is needed: this version sends no PKCE by itself.',
    'Programs behind it get the address as `REMOTE_USER`; `OIDCRemoteUserClaim sub` where addresses may be missing or change.',
    'The path of `OIDCRedirectURI` belongs to the module: no page may be there, and it must be within a protected `Location`.',
    '`Require claim org_name:Contoso` and the like let only some in.',
  ],
  then: 'Reload Apache; its pages lead to the log-in page.',
  lacks: [],
};
