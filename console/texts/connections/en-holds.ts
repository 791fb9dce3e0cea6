/** What an identity provider publishes, as the section *Authentication* shows it: read when, and changes that wait. */
export const holds = {
  'state.held': 'Waits for a confirmation',
  'hold.title': 'The identity provider changed. Nobody is sent there until an administrator confirms that.',
  'hold.title.before':
    'The identity provider of the method before changed. Nobody is sent there until an administrator confirms that.',
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
