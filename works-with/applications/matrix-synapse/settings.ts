import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'matrix-synapse',
  name: 'Matrix Synapse',
  version: '1.163.0',
  words: ['chat', 'messages', 'element', 'matrix', 'homeserver'],
  mark: 'Mx',
  about: 'A homeserver of Matrix, for chats; people use it with Element and others.',
  example: 'https://matrix.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/_synapse/client/oidc/callback'],
    backchannelLogoutUri: '{app}/_synapse/client/oidc/backchannel_logout',
  },
  there: [
    {
      where: 'homeserver.yaml',
      format: 'yaml',
      text: `oidc_providers:
  - idp_id: gatehouse
    idp_name: Single sign-on
    issuer: "{issuer}"
    client_id: "{clientId}"
    client_secret: "{clientSecret}"
    scopes: ["openid", "profile", "email"]
    backchannel_logout_enabled: true
    user_mapping_provider:
      config:
        localpart_template: "{{ user.email | replace('@', '.') }}"
        display_name_template: "{{ user.name }}"
        email_template: "{{ user.email }}"`,
    },
  ],
  notes: [
    '`public_baseurl` has to be `{app}/`.',
    'It tells people apart by `sub`; the template only names newcomers, so that they are not asked for a name.',
    'PKCE is on by itself as long as it reads the discovery document.',
  ],
  then: 'Start it again; clients such as Element show *Continue with Single sign-on*.',
  lacks: ['Logging out of a client leaves the session at Gatehouse.'],
};
