/** A connection that is held because what its identity provider publishes changed: for administrators, in pane and mail. */
export const holds = {
  'connection.change.keys': 'All signing keys were replaced at once. Before: {before}. Now: {after}.',
  'connection.change.key': 'Another key stands under the key id {member} that was known before.',
  'connection.change.host': '{member} is at another host now: {after}. Before: {before}.',
  'connection.change.issuer': 'Another issuer is named now: {after}. Before: {before}.',

  'connection.login.held.what':
    'What the identity provider publishes changed as whoever takes over its name would change it: all signing keys at once, an address at a new host, or another issuer. Nobody is sent there meanwhile.',
  'connection.login.held.fix':
    'Ask whoever runs the identity provider whether the change is theirs. If it is, open Authentication and press Confirm change; for another issuer, save the settings with the new Discovery url. If it is not, leave it: logins go on by themselves when the provider is as before.',

  'mail.held.subject': 'Logins of {organization} wait for your confirmation',
  'mail.held.what':
    'What the identity provider of {organization} ({host}) publishes changed as it rarely changes by itself, and as whoever takes over its name would change it:',
  'mail.held.since':
    'Until an administrator decides, nobody of {organization} is sent there and nobody new is logged in by it. Who is logged in stays logged in.',
  'mail.held.then':
    'Ask whoever runs the identity provider whether the change is theirs, by a way that you know. If it is, press Confirm change under Authentication. If it is not, leave it: logins go on by themselves when the provider is as before.',
  'mail.held.then.settings':
    'Ask whoever runs the identity provider whether the change is theirs, by a way that you know. If it is, save the settings under Authentication with the new Discovery url. If it is not, leave it: logins go on by themselves when the provider is as before.',
  'mail.held.button': 'Open Authentication',
  'mail.held.emergency': 'Break-glass administrators log in meanwhile at {url}',
  'mail.hold-confirmed.subject': 'The identity provider’s change at {organization} was confirmed',
  'mail.hold-confirmed.who': '{who} confirmed this change, and logins at {organization} go on:',
  'mail.hold-confirmed.unexpected':
    'If this was not agreed, use Switch back under Authentication, and look at the audit log.',
} as const;
