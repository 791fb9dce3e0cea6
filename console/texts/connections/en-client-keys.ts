/** Keys of ours at an identity provider. */
export const clientKeys = {
  'client-keys.missing': 'Make a key first.',
  'client-keys.make': 'Make a key',
  'client-keys.make.help.private-key':
    'The key pair is made here. The provider reads its public half at an address; the private half never leaves the service.',
  'client-keys.make.help.certificate':
    'Key pair and certificate are made here. You upload the certificate in Entra ID; the private key never leaves the service.',
  'client-keys.make.help.federated':
    'Entra ID trusts assertions that the service signs. Nothing is uploaded and nothing expires; Entra ID must be able to read an address of the service.',
  'client-keys.jwks': 'Address of the keys (JWKS URL)',
  'client-keys.issuer': 'Issuer',
  'client-keys.subject': 'Subject identifier',
  'client-keys.audience': 'Audience',
  'client-keys.audience.of': 'Audience for {cloud}',
  'client-keys.thumbprint': 'Thumbprint',
  'client-keys.download': 'Download certificate ({extension})',
  'client-keys.until': 'Valid until {day}',
  'client-keys.title': 'Keys',
  'client-keys.lead': 'How the service proves itself at the identity provider.',
  'client-keys.since': 'since {day}',
  'client-keys.next': 'Make the next key',
  'client-keys.next.certificate':
    'Upload the next certificate in Entra ID first; both may be there. Then take it into use.',
  'client-keys.next.published': 'The next key is published. It is taken into use by itself after a day, or now by you.',
  'client-keys.done.next': 'The next key was made.',
  'client-keys.done.use': 'The key is in use.',
  'client-keys.use.title': 'Take this key into use?',
  'client-keys.use.title.previous': 'Use the previous key again?',
  'client-keys.use.text':
    'From the next login on the service proves itself with it. If the provider does not know it, logins fail; you can go back at once.',
} as const;
