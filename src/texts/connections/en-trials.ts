/** *Test* of a connection: its page, its mail, and what the API says of it. */
export const trials = {
  'trial.title': 'Test the connection of {organization}',
  'trial.lead':
    'You will log in at {host}, as you would later. Nobody is logged in to {product} by it, and nothing is changed.',
  'trial.shown':
    'What {host} says about you (name, address, ids) is shown on this page and to the administrators of {organization}.',
  'trial.go': 'Go to {host}',
  'trial.passed.title': 'The connection works',
  'trial.failed.title': 'The test failed',
  'trial.unfinished.title': 'Started, not finished',
  'trial.checking.title': 'The answer is being checked',
  'trial.checking.lead': 'This takes a few seconds.',
  'trial.reload': 'Show the result',
  'trial.ended.title': 'This test has ended',
  'trial.ended.lead':
    'A test is valid for one hour, a mailed one for seven days. An administrator can begin a new one.',
  'trial.redirect-url': 'Redirect URL to register at the provider',
  'trial.what': 'What happened',
  'trial.fix': 'What to do',
  'trial.settings-of-asker':
    'Send this page to whoever asked you for the test: what is said of settings is theirs to change.',
  'trial.code': 'Code: {code}',
  'trial.provider-said': 'The provider’s own code: {code}',
  'trial.correlation': 'For the provider’s support: {id}',
  'trial.checks': 'What was checked',
  'trial.claims': 'What {host} says about you',
  'trial.person': 'What you would be called',
  'trial.person.both': '{name}, with the address {address}.',
  'trial.person.name': '{name}; no address was stated.',
  'trial.person.address': 'With the address {address}; no name was stated.',
  'trial.person.none': 'Neither a name nor an address was stated.',
  'trial.who': 'What a login would do',
  'trial.again': 'Test again',
  'trial.again-other': 'Test again with another account',
  'trial.close': 'You can close this window.',
  'trial.back': 'Go on',

  'trial.check.provider': 'The provider can be reached',
  'trial.check.redirect-url': 'The browser came back to the Redirect URL',
  'trial.check.answer': 'The answer is the one that was asked for',
  'trial.check.token-endpoint': 'The code was exchanged for a token',
  'trial.check.signature': 'Signature of the ID token',
  'trial.check.issuer': 'Issuer',
  'trial.check.audience': 'Audience: the token is for this Client ID',
  'trial.check.userinfo': 'The userinfo endpoint answered, for the same person',
  'trial.check.nonce': 'The answer belongs to this request (nonce)',
  'trial.check.claims': 'Times and claims',
  'trial.state.passed': 'passed',
  'trial.state.failed': 'failed',
  'trial.state.not-checked': 'not checked',
  'trial.state.not-needed': 'not needed',

  'trial.unfinished.what':
    'The browser was sent to the provider and has not come back. If an error is shown there, the provider refused the request on its own page.',
  'trial.unfinished.fix':
    'Compare there, in the registration of this application: the Redirect URL {redirectUrl}, the Client ID, and whether the person is assigned to the application.',

  'trial.outcome.log-in': '{account} would be logged in: this account at the provider is tied to that user.',
  'trial.outcome.bind': '{account} would be logged in at once: the provider states this address as proven.',
  'trial.outcome.ask':
    '{account} would be asked once for a code mailed to that address, then be logged in: the provider states no address that is equal and proven.',
  'trial.outcome.create':
    'A user {account} would be made and logged in: the provider states this address as proven, at a domain the organization verified.',
  'trial.outcome.no-user': 'Nobody would be logged in: no user of the organization has an address that was stated.',
  'trial.outcome.no-user-own':
    'You came with {account}, as expected. Whether there is a user for it, administrators of your organization see.',
  'trial.outcome.user-may-not': '{account} would be refused: the user is disabled, or access has ended.',
  'trial.outcome.subject-of-another-user':
    '{account} would be refused: this account at the provider is tied to another user.',
  'trial.outcome.user-has-another-identity':
    '{account} would be refused: the user is tied to another account at the provider. After such a login the user’s page asks whether it is the same person.',
  'trial.outcome.not-yours':
    'The account you used there does not match {account}. The connection works all the same; what a login with it would do, administrators of your organization see.',

  'mail.trial.subject': 'Please test how {organization} will log in',
  'mail.trial.lead': '{who} asks you to test how the people of {organization} will log in to {product}.',
  'mail.trial.how':
    'You log in at {host} with your own account; the page then shows whether everything fits, and what to change if not. You need no account at {product}, and nothing is changed by it.',
  'mail.trial.button': 'Open the test',
  'mail.trial.valid': 'The button works for 7 days.',
  'mail.trial.unexpected': 'If you do not know who asks, ignore this mail: nothing happens without you.',
} as const;
