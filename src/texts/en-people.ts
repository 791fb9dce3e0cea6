/** Who somebody is: conflicts an administrator decides, another address and the page that proves it. */
export const people = {
  'address.title': 'Confirm your address',
  'address.lead': 'You are logged in. Confirm that {email} is your address at {organization}.',
  'address.confirm': 'Confirm',
  'address.log-in': 'Log in to {organization} first. Then confirm that {email} is your address.',
  'address.other-user':
    'You are logged in here as {current}. Log in as the user of {organization} whose address {email} is.',
  'address.done.title': 'Your address is confirmed',
  'address.done.lead': '{email} is proven to be yours.',
  'address.closed.title': 'This link cannot be used any more',
  'address.closed.lead':
    'Links that confirm an address are valid for two days, once, and only the newest works. Ask your administrator for a new one.',

  'mail.own-address.subject': '{code} proves your address for {product}',
  'mail.own-address.heading': 'Your code',
  'mail.own-address.lead': 'Enter it in your account at {product}. It proves that {email} is yours.',
  'mail.own-address.ignore': 'If you did not ask for it, ignore this mail: nothing happens without the code.',
  'mail.address-proof.subject': 'Confirm your address for {product}',
  'mail.address-proof.lead':
    '{email} was entered as your address at {organization}. Confirm that this mailbox is yours; you log in as before.',
  'mail.address-proof.button': 'Confirm address',
  'mail.address-proof.valid': 'The link is valid for 2 days and works once.',
  'mail.address-proof.ignore': 'If you have no account at {product}, ignore this mail: nothing happens without you.',
  'mail.address-changed.subject': 'Your address for {product} was changed',
  'mail.address-changed.lead': '{who} changed the address of your account from {before} to {after}.',
  'mail.address-changed.alarm': 'If you did not expect this, tell your administrator at once.',
  'mail.users-full.subject': '{organization} has as many users as it may',
  'mail.users-full.lead':
    'Somebody of {organization} logged in for the first time and was refused: the limit of users is reached, there or in an organization that manages it.',
  'mail.users-full.fix':
    'Remove users who are not needed any more, or raise the limit; administrators of the root organization can.',
  'mail.users-full.button': 'Look at the limits',
  'mail.users-full.others': 'Whoever has a user logs in as before. This is mailed once a day.',
  'mail.identity-conflict.subject': 'Is it the same person? {account} came anew',
  'mail.identity-conflict.heading': 'The same person, or another one?',
  'mail.identity-conflict.lead':
    '{came} logged in at your identity provider and was refused here: the user {account} is tied to another person there.',
  'mail.identity-conflict.decide':
    'Look at both on the user’s page and decide. Nobody is let in before that. An address may have been given to another person.',
  'mail.identity-conflict.button': 'Look at both',
  'mail.identity-moved.subject': 'Your login for {product} was tied anew',
  'mail.identity-moved.to':
    '{who} decided that {came}, as your organization’s login knows you now, is you. You log in to {account} with that, and no longer with what was there before.',
  'mail.identity-moved.from':
    '{who} decided that {came} at your organization’s login belongs to another account. It no longer logs in to {account}.',
} as const;
