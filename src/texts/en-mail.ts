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
  'mail.invitation.valid': 'The link works for 2 days; after that, it offers to send you a fresh one.',
  'mail.invitation.unexpected': 'If you were not expecting this, ignore this mail: nothing happens without you.',

  'mail.failure.server-unreachable':
    'The mail server of this service does not answer. That is for whoever runs {product} to mend; the mail is kept and tried again.',
  'mail.failure.server-insecure':
    'The connection to the mail server of this service is not secure. That is for whoever runs {product} to mend; the mail is kept and tried again.',
  'mail.failure.server-login':
    'The mail server of this service does not accept its password. That is for whoever runs {product} to mend; the mail is kept and tried again.',
  'mail.failure.server-refused':
    'The mail server of this service takes no mail at the moment. That is for whoever runs {product} to mend; the mail is kept and tried again.',
  'mail.failure.folder-not-writable':
    'The mail folder of this service cannot be written. That is for whoever runs {product} to mend; the mail is kept and tried again.',
  'mail.failure.recipient-refused':
    'The mail server does not deliver to this address. Check how it is written, or ask its owner.',
  'mail.failure.address-not-ascii':
    'The mail server of this service takes only addresses of plain letters (it lacks SMTPUTF8), and this one has others before its @. Use another address, or ask whoever runs {product}.',
  'mail.failure.content-refused': 'The mail server did not take this mail because of what it contains.',
  'mail.failure.passing': 'The mail server asked to try again later. That is often over within the hour.',
  'mail.failure.not-prepared': 'The mail could not be prepared. That is for whoever runs {product} to mend.',
  'mail.failure.expired': 'The mail could not be delivered before its link expired. Send a fresh one.',
  'mail.failure.restored':
    'The mail was waiting when the backup was made that {product} was restored from. It may have been sent since, and its link is not valid any more: send a fresh one.',
  'mail.bounce.no-such-address':
    'The mail came back: nobody has this address there. Check how it is written, or ask its owner.',
  'mail.bounce.mailbox-full': 'The mail came back: the mailbox is full. Ask its owner to make room.',
  'mail.bounce.refused':
    'The mail came back: the mail server of the recipient does not take mails of this service. Whoever runs {product}, or that mail server, can mend it.',
  'mail.bounce.not-reachable': 'The mail came back: the mail server of the recipient could not be reached for days.',
  'mail.bounce.other': 'The mail came back.',
  'mail.bounce.delayed':
    'The mail did not arrive yet: the mail server of the recipient does not take it for now, and it is tried again.',
  'mail.failure.said': '{sentence} The mail server said: {said}',

  'mail.test.subject': 'A test mail of {product}',
  'mail.test.heading': 'Mails arrive',
  'mail.test.text':
    'You asked for this mail on the page System of {product}. That it is here means that the mail server delivers to you; nothing is to be done.',

  'mail.redirect-uris.subject': 'Redirect addresses of {application} were changed',
  'mail.redirect-uris.who':
    '{who} changed where people are sent after they log in to {application}, an application of {organization}.',
  'mail.redirect-uris.added': 'Added: {uris}',
  'mail.redirect-uris.removed': 'Removed: {uris}',
  'mail.redirect-uris.unexpected': 'If this was not agreed, take it back in the console and look at its audit log.',

  'mail.audience-taken.subject': 'API resource {resource} of {organization} was taken over',
  'mail.audience-taken.what':
    'Another organization verified the domain of {audience}, and made an API resource of that identifier. Yours was removed, and applications get no access tokens for it.',
  'mail.audience-taken.then':
    'If the API is yours, make an API resource with an address of your own, or verify the domain yourself and ask whoever runs this service.',

  'mail.method-changed.subject': 'People of {organization} log in another way',
  'mail.method-changed.who': '{who} changed how the people of {organization} log in to {product}.',
  'mail.method-changed.own': 'From now on: {method}.',
  'mail.method-changed.host': 'From now on: {method}. They are sent to {host} to log in.',
  'mail.method-changed.pilot.named':
    'This is a pilot: it holds for {count} named people first. The others log in as before.',
  'mail.method-changed.pilot.percent':
    'This is a pilot: it holds for {percent} percent of the people first. The others log in as before.',
  'mail.method-changed.method.built-in': '{product} Authentication, with password and second factor',
  'mail.method-changed.method.same-as-managing': 'the method of the managing organization',
  'mail.method-changed.method.entra-id': 'Entra ID',
  'mail.method-changed.method.openid-connect': 'OpenID Connect',
  'mail.method-changed.button': 'Open the console',
  'mail.method-changed.unexpected':
    'If this was not agreed, use Switch back under Authentication within 30 days, and look at the audit log.',

  'mail.reverted.subject': 'People of {organization} log in as before again',
  'mail.reverted.what':
    'The new way to log in at {organization} did not work, so the previous one was put back. Nobody is locked out.',
  'mail.reverted.then': 'What was entered is kept: open Authentication in the console, mend it, and save it again.',
  'mail.reverted.button': 'Open the console',
} as const;
