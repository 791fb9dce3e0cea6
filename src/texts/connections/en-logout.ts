/** Logout between us and identity providers: what a test finds of it, what is wrong with a logout token. */
export const logout = {
  'trial.logout': 'Logout',
  'trial.logout.page': 'People can be sent to {host} to log out there.',
  'trial.logout.no-page': 'There is no page to send people to for logging out there.',
  'trial.logout.back': 'It announces back-channel logout: who logs out there can be logged out here.',
  'trial.logout.front': 'It announces front-channel logout: who logs out there can be logged out here.',
  'trial.logout.none': 'It announces no way to tell us of a logout there.',
  'connection.logout.malformed.what': 'What arrived at the back-channel logout address is no logout token.',
  'connection.logout.malformed.fix':
    'Enter the back-channel logout URL shown here at the identity provider for this application alone; it has to send the form field logout_token with a signed JWT.',
  'connection.logout.algorithm.what':
    'A logout token is signed with {found}, and this identity provider announces {wanted}.',
  'connection.logout.algorithm.fix':
    'Set the signature algorithm of this application at the identity provider to {wanted}, or save the connection again if it was changed there.',
  'connection.logout.signature.what':
    'The signature of a logout token does not verify with the keys of this identity provider.',
  'connection.logout.signature.fix':
    'Save the connection again if the identity provider changed its keys. Otherwise somebody else sent the token, and nothing has to be done.',
  'connection.logout.issuer.what':
    'A logout token came from the issuer {found}, and the issuer configured is {wanted}.',
  'connection.logout.issuer.fix':
    'Enter the back-channel logout URL of this organization at the identity provider whose issuer is {wanted}, and remove it at the other one.',
  'connection.logout.audience.what':
    'A logout token is for the client {found}, and the Client ID configured is {wanted}.',
  'connection.logout.audience.fix':
    'Enter the back-channel logout URL of this organization at the registration whose Client ID is {wanted}, and remove it at the other one.',
  'connection.logout.times.what': 'The claim {member} of a logout token says {found}, and it is {wanted} here.',
  'connection.logout.times.fix':
    'Set the clock of the identity provider by a time server. A logout token is taken for ten minutes after it was made.',
  'connection.logout.claim.what': 'The {member} of a logout token is {found}, and it has to be: {wanted}.',
  'connection.logout.claim.fix':
    'Set {member} of the logout tokens at the identity provider to: {wanted}. ID tokens are no logout tokens: nonce must not be there.',
  'connection.logout.replayed.what': 'A logout token arrived twice. The first one counted.',
  'connection.logout.replayed.fix':
    'Nothing has to be done if it happened once. If it goes on, update the identity provider: it has to give each logout token a jti of its own.',
} as const;
