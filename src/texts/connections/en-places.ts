/** *Why?*: where to change what: fields of the console, menus of identity providers, and values as the console calls them. */
export const places = {
  // What to change: the page of the console, or the menu of the provider.
  'why.place.discovery-url': 'Authentication settings → Discovery url',
  'why.place.client-id': 'Authentication settings → Client ID',
  'why.place.client-secret': 'Authentication settings → Client secret',
  'why.place.client-authentication': 'Authentication settings → Further settings → How the client secret is sent',
  'why.place.credential': 'Authentication settings → Credential',
  'why.place.flow': 'Authentication settings → How the provider answers',
  'why.place.hosted-domain': 'Authentication settings → Hosted domain',
  'why.place.scope': 'Authentication settings → Further settings → Scopes',
  'why.place.trusted-audiences': 'Authentication settings → Further settings → Further trusted audiences',
  'why.place.address-claim': 'Authentication settings → Further settings → Claim with the address',
  'why.place.name-claim': 'Authentication settings → Further settings → Claim with the name',
  'why.place.consent-link': 'Connection templates → Ask for consent',
  'why.place.directory': 'Authentication settings → Directory',
  'why.place.confirm-change': 'Authentication → Confirm change',
  'why.place.save-again': 'Authentication settings → Save',
  'why.place.provider-document': 'At the identity provider: its discovery document (/.well-known/openid-configuration)',
  'why.place.provider-keys': 'At the identity provider: its signing keys (jwks_uri)',
  'why.place.provider-server': 'At the identity provider: its server, and what stands before it',
  'why.place.provider-clock': 'At the identity provider: its clock',
  'why.place.provider-registration': 'At the identity provider: the registration of this application',
  'why.place.provider-key-address':
    'At the identity provider: the registration of this application → address of its keys (JWKS URL)',
  'why.place.provider-redirect': 'At the identity provider: the registration of this application → Redirect URL',
  'why.place.provider-response':
    'At the identity provider: the registration of this application → response type and response mode',
  'why.place.provider-algorithm':
    'At the identity provider: the registration of this application → signature algorithm of ID tokens',
  'why.place.provider-claims': 'At the identity provider: the claims and scopes of this application',
  'why.place.provider-assignment': 'At the identity provider: who is assigned to this application',
  'why.place.cloud': 'Authentication settings → Cloud',
  'why.place.app-keys': 'Authentication settings → The application signs with keys of its own',
  'why.place.users': 'Users → Invite users',
  'why.place.pilot': 'Authentication → Pilot',
  'why.place.user': 'Users → the person',
  'why.place.domains': 'Domains',
  'why.place.limits': 'Managed organizations → the organization → Settings → Limits',
  'why.place.settings': 'Authentication settings → Method',
  'why.place.application': 'Applications → the application',
  'why.place.person': 'The person’s own browser and account',

  // What to choose there, as the console calls it.
  'why.value.flow.id-token': 'ID token by form post',
  'why.value.flow.code': 'Code with PKCE',
  'why.value.client-authentication.automatic': 'Found by itself',
} as const;
