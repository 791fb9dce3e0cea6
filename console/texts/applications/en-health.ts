/** How an application fares: on its page, and in a word in the list. */
export const applicationHealth = {
  'application.health': 'Health',
  'application.health.works': 'Works',
  'application.health.fails': 'Failing',
  'application.health.unused': 'Not used yet',
  'application.health.last-login': 'Somebody last got tokens {at}.',
  'application.health.never': 'Nobody has got tokens yet.',
  'application.health.last-tokens': 'It last got an access token {at}.',
  'application.health.no-tokens': 'It has got no access token yet.',
  'application.health.fine': 'Nothing was refused since.',
  'application.health.waiting': 'What its requests are refused for will stand here, with what to change.',
  'application.health.since': 'Refused since then',
  'application.health.refused': 'Refused',
  'application.health.seen': 'Seen, from anybody',
  'application.health.before': 'Refused before the last login',
  'application.health.times': '{count, plural, one {once} other {# times}}, last {at}',
  'application.health.where': 'Where',
  'application.health.value': 'Put there',
  'application.health.anybody':
    'These neither authenticated themselves nor named a registered redirect URI. Anybody can send such requests with the client ID of an application: what came is quoted, not proved, and says nothing of whether people get in.',
  'application.health.why': 'Why? {reference}',
  'application.health.add': 'Add this one',
  'application.health.add.redirectUris.title': 'Add this redirect URI?',
  'application.health.add.redirectUris.text':
    'People who log in are sent there with an authorization code. Add it only if you know that it belongs to {name}.',
  'application.health.add.redirectUris.mailed': 'Administrators are told by mail, as of each change of redirect URIs.',
  'application.health.add.redirectUris.done': 'The redirect URI is registered.',
  'application.health.add.postLogoutRedirectUris.title': 'Add this logout URI?',
  'application.health.add.postLogoutRedirectUris.text':
    'People are sent there after logging out. Add it only if you know that it belongs to {name}.',
  'application.health.add.postLogoutRedirectUris.done': 'The logout URI is registered.',
  'application.health.add.new-host':
    'No address registered for {name} has this host. Anybody can have sent the request: ask whoever runs {name} before you add it.',
  'application.health.add.unsaved':
    'Save what you changed in the settings below first, or leave the page without saving.',
} as const;
