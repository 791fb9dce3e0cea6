/** *Try it*: a login with the settings of an application, and what the application would be told. */
export const tryIt = {
  'try.title': 'Try {name}',
  'try.line': 'A login with the settings of this application, as yourself',
  'try.what': 'What will happen',
  'try.what.as-you': 'You log in as yourself; whoever is logged in already is asked nothing.',
  'try.what.settings':
    'Signature, scopes, addresses and access are those of the application: who may not use it is refused here, too.',
  'try.what.nothing':
    'What comes of it is shown here alone. It opens nothing in the application, gives no consent, and is noted in the audit log.',
  'try.begin': 'Log in',
  'try.again': 'Try again',
  'try.worked': 'The login works. This is what the application would be told.',
  'try.gone': 'Nothing to show',
  'try.gone.text':
    'This result was read already, or belongs to another window. Begin again with Try it on the page of the application.',
  'try.refused': 'The login is refused, as it would be in the application.',
  'try.refused.access':
    'You may not use this application: it is narrowed to organizations that yours does not belong to, or begun by somebody else. See Organizations among its settings, then try again.',
  'try.refused.other': 'The application would read this, and should show it. Change what it names, then try again.',
  'try.refused.error': 'Error code',
  'try.refused.description': 'Description',
  'try.misses': 'What the application would miss',
  'try.misses.nothing': 'Nothing: address, name and roles are all there.',
  'try.misses.email':
    'No address: nobody proved yours. It is proved by the link of an invitation, a mailed code, or a verified domain. Unproven addresses, a weaker setting, gives it anyway.',
  'try.misses.proof':
    'The address is not proven, and marked so. The application must not find accounts by it: let it use sub.',
  'try.misses.name':
    'No name: yours is not known here. An application that needs one shows the address or sub instead.',
  'try.misses.roles': 'No roles: none are given to you in this application. It gets an empty list.',
  'try.misses.consent':
    'Not asked here: people are asked for consent once before the application is told anything, as it is not first-party.',
  'try.misses.refresh': 'Not given here: the application also gets a refresh token.',
  'try.mend.address': 'Prove my address',
  'try.mend.name': 'Change name',
  'try.claims': 'Claims',
  'try.claim': 'Claim',
  'try.value': 'Value',
  'try.scope': 'Scope',
  'try.id-token': 'ID token',
  'try.userinfo': 'Userinfo',
  'try.id-token.key': 'Signing key',
  'try.id-token.audience': 'Audience',
  'try.id-token.issued': 'Issued',
  'try.id-token.ends': 'Ends',
  'try.id-token.note':
    'The audience is what the application finds there. The token of this try has an audience of its own, for trying alone.',
} as const;
