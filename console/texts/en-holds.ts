/** What an identity provider publishes, as the section *Authentication* shows it: read when, and changes that wait. */
export const holds = {
  'state.held': 'Waits for a confirmation',
  'hold.title': 'The identity provider changed. Nobody is sent there until an administrator confirms that.',
  'hold.since': 'Since {since}:',
  'hold.why':
    'A provider rarely changes so by itself, and whoever takes over its name would. Who is logged in stays logged in.',
  'hold.theirs':
    'Ask whoever runs the provider whether the change is theirs. If it is not, leave it: logins go on by themselves when the provider is as before.',
  'hold.settings': 'If it is, save the settings with the new Discovery url: another issuer is another provider.',
  'hold.emergency': 'Break-glass administrators log in at',
  'hold.confirm': 'Confirm change',
  'hold.confirm.title': 'Is this change the provider’s own?',
  'hold.confirm.text':
    'From then on logins go by what is shown here. Confirm only after whoever runs the provider told you, by a way that you know, that the change is theirs.',
  'hold.confirm.done': 'Confirmed. People log in through the provider again.',
  'provider-read': 'Metadata and keys read',
  'provider-read.fault': 'The provider’s metadata and keys could not be read again. Logins go on with those read last.',
} as const;

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
  'client-keys.thumbprint': 'Thumbprint',
  'client-keys.download': 'Download certificate ({extension})',
  'client-keys.until': 'Valid until {day}',
  'client-keys.title': 'Keys',
  'client-keys.lead': 'How the service proves itself at the identity provider.',
  'client-keys.state.current': 'In use',
  'client-keys.state.next': 'Next',
  'client-keys.state.previous': 'Previous',
  'client-keys.since': 'since {day}',
  'client-keys.next': 'Make the next key',
  'client-keys.use.next': 'Take into use',
  'client-keys.use.previous': 'Use again',
  'client-keys.next.certificate':
    'Upload the next certificate in Entra ID first; both may be there. Then take it into use.',
  'client-keys.next.published': 'The next key is published. It is taken into use by itself after a day, or now by you.',
  'client-keys.done.next': 'The next key was made.',
  'client-keys.done.use': 'The key is in use.',
  'client-keys.use.title': 'Take this key into use?',
  'client-keys.use.text':
    'From the next login on the service proves itself with it. If the provider does not know it, logins fail; you can go back at once.',
} as const;
