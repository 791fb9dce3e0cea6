/** What stands in every mail. The sentences of each mail stand with the part of the product that sends it. */
export const mail = {
  'mail.sender': '{product}',
  'mail.plain-link': 'If the button does not work, open this address in your browser:',
  'mail.footer': 'Sent by {product}, because of what you or an administrator of your organization did there.',

  'mail.invitation.subject': 'Welcome to {product}',
  'mail.invitation.invited': 'You are invited to {product} as a user of {organization}.',
  'mail.invitation.invited-by': '{inviter} invites you to {product} as a user of {organization}.',
  'mail.invitation.method.built-in':
    'You will choose a password and add a second step, an authenticator app or a security key. It takes about two minutes.',
  'mail.invitation.method.entra-id': 'You will log in with your Microsoft account at {organization}.',
  'mail.invitation.method.federated': 'You will log in with the account you already have at {organization}.',
  'mail.invitation.button': 'Access {product}',
  'mail.invitation.valid': 'The button works for 2 days; after that, it offers to send you a fresh one.',
  'mail.invitation.unexpected': 'If you were not expecting this, ignore this mail: nothing happens without you.',

  'mail.redirect-uris.subject': 'Redirect addresses of {application} were changed',
  'mail.redirect-uris.who':
    '{who} changed where people are sent after they log in to {application}, an application of {organization}.',
  'mail.redirect-uris.added': 'Added: {uris}',
  'mail.redirect-uris.removed': 'Removed: {uris}',
  'mail.redirect-uris.unexpected': 'If this was not agreed, take it back in the console and look at its audit log.',
} as const;
