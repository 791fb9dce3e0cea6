/**
 * What went wrong with an identity provider, for the administrator: what it is and what to do. The person who wanted to
 * log in reads a sentence without detail, under `error.provider.…`.
 */
export const connections = {
  // Settings that cannot be saved; what is wrong with a provider's documents stands in en-provider-documents.ts.
  'connection.secret.missing.what': 'There is no client secret yet.',
  'connection.secret.missing.fix': 'Enter the secret’s value, or choose to go without one.',

  // Entra ID's own numbers.

  // A login that failed, by its kind.
  'connection.login.unreachable.what': '{endpoint} of the identity provider does not answer ({status}).',
  'connection.login.unreachable.fix':
    'Check at the identity provider whether it is running and can be reached from the internet. Waiting helps if it is being restarted.',
  'connection.login.provider-fault.what':
    '{endpoint} of the identity provider answers, and reports a fault of its own: {status}.',
  'connection.login.provider-fault.fix':
    'Look in the identity provider’s own log for this login: the cause stands there, not in these settings. When the last logins ended alike, waiting does not help.',
  'connection.login.unusable-answer.what':
    'What {endpoint} of the identity provider answered is no answer of a login ({status}).',
  'connection.login.unusable-answer.fix':
    'Open the identity provider’s settings and make sure that nothing in front of it (proxy, firewall, maintenance page) answers requests to this address.',
  'connection.login.member-missing.what': 'The answer of {endpoint} lacks {member}.',
  'connection.login.member-missing.fix':
    'Have the identity provider’s token endpoint state {member} ({wanted}). For id_token: allow this application the scope openid there.',
  'connection.login.member-wrong.what': 'The answer of {endpoint} has {member} = {found}.',
  'connection.login.member-wrong.fix':
    'Have the identity provider’s token endpoint answer with {member} = {wanted}. This is a fault of the identity provider’s software or of a proxy before it.',
  'connection.login.too-large.what':
    'The ID token of this person is too large: {found}, and {wanted} are taken. Its largest claim is {member} ({count}).',
  'connection.login.too-large.fix':
    'Have the identity provider leave {member} out of the ID tokens of this application (its mappers or claims there). Other people are not affected.',
  'connection.login.credential.what':
    'The identity provider does not accept our client secret, sent by {found} ({status} from {endpoint}).',
  'connection.login.credential.fix':
    'Copy the current client secret of this application at the identity provider and enter it here as Client secret.',
  'connection.login.credential-way.what':
    'The identity provider does not accept our client secret, sent by {found} as is chosen here ({status} from {endpoint}).',
  'connection.login.credential-way.fix':
    'Choose Found by itself as How the client secret is sent: the provider takes {wanted}, too. If that is refused as well, the client secret is wrong: copy the current one there.',
  'connection.login.wants-credential.what':
    'The identity provider wants a credential of this application, and none is entered ({status} from {endpoint}).',
  'connection.login.wants-credential.fix':
    'Enter its client secret here, or make it a public client there (token endpoint authentication none).',
  'connection.login.private-key.what':
    'The identity provider did not accept the key of this connection ({status} from {endpoint}).',
  'connection.login.private-key.fix':
    'At the registration of the application there choose private_key_jwt and enter {wanted} as the address of its keys (JWKS URL). Open that address from outside your network: the provider has to reach it. If the key was changed a moment ago, the provider reads it anew within hours; “Use again” at the previous key works at once.',
  'connection.key.missing.what': 'There is no key of this organization for this provider and this kind of credential.',
  'connection.key.missing.fix':
    'Edit Settings here → Credential: press “Make a key”, enter at the provider what is shown, and save. Keys are for one provider alone.',
  'connection.login.code-refused.what':
    'The identity provider did not take back its own code: too late, or a second time.',
  'connection.login.code-refused.fix': 'Log in again. If it happens each time, compare the Redirect URL there.',
  'connection.login.refused.what':
    'The identity provider refused the login: {status}. The person, or a rule there, said no.',
  'connection.login.refused.fix':
    'Let the person log in again. If it goes on, assign the person to this application at the identity provider.',
  'connection.login.registration.what':
    'The identity provider does not allow this application what a login asks for: {status}.',
  'connection.login.registration.fix': 'Compare Client ID, Redirect URL and the allowed answers there with this page.',
  'connection.login.flow-code.what':
    'The identity provider refuses an authorization code for this application: {status}.',
  'connection.login.flow-code.fix':
    'There, allow this application the authorization code flow (grant type authorization_code) and register the Redirect URL {wanted}.',
  'connection.login.flow-id-token.what':
    'The identity provider refuses an ID token by form post for this application: {status}.',
  'connection.login.flow-id-token.fix':
    'There, allow this application ID tokens (implicit flow, response type id_token) and register the Redirect URL {wanted}.',
  'connection.login.scope.what':
    'The identity provider does not allow this application the scopes that are asked for: {found}.',
  'connection.login.scope.fix': 'Allow this application the scope openid there; profile and email are better had, too.',
  'connection.login.scope-reduced.what':
    'The identity provider does not allow this application the scopes {found}: openid alone is asked for.',
  'connection.login.scope-reduced.fix':
    'Logins work without them, but a person who comes for the first time has to enter a mailed code. Allow this application profile and email there, or enter openid alone as Scopes here.',
  'connection.login.signature.what': 'The signature of the identity provider’s answer is not valid.',
  'connection.login.signature.fix': 'If it happens each time, save the connection again: keys may have moved.',
  'connection.login.algorithm.what':
    'The ID token is signed with {found}, and this identity provider announces {wanted}.',
  'connection.login.algorithm.fix':
    'Set the signature algorithm for ID tokens of this application at the identity provider to {wanted}, or save the connection again if it was changed there.',
  'connection.login.issuer.what': 'The answer came from the issuer {found}, and the issuer configured is {wanted}.',
  'connection.login.issuer.fix':
    'If it happens each time, enter the Discovery url of {found} here, or set the issuer of the identity provider to {wanted}.',
  'connection.login.issuer-parameter.what':
    'Beside the answer stands the issuer (iss) {found}, and the issuer configured is {wanted}.',
  'connection.login.issuer-parameter.fix':
    'If it happens each time, have the identity provider state exactly {wanted} as iss in its answers (RFC 9207), or switch iss off for them there.',
  'connection.login.audience.what':
    'The answer was meant for another application: {member} is {found}, and the Client ID here is {wanted}.',
  'connection.login.audience.fix':
    'Enter the Client ID of this application at the identity provider here, or have the identity provider put {wanted} alone into {member}.',
  'connection.login.azp-missing.what':
    'The ID token names several audiences, {found}, and no azp that says whom it was issued to.',
  'connection.login.azp-missing.fix':
    'Have the identity provider state azp = Client ID in the ID tokens of this application, or the Client ID alone as aud.',
  'connection.login.further-audiences.what':
    'The ID token names further audiences beside the Client ID: aud is {found}.',
  'connection.login.further-audiences.fix':
    'If they belong to your organization, trust them here (Further trusted audiences: {key}). Otherwise have the identity provider put {wanted} alone into aud.',
  'connection.login.nonce.what': 'The answer does not belong to this login.',
  'connection.login.nonce.fix': 'Log in again.',
  'connection.login.times.what':
    'The times in the answer do not fit: {member} is {found}, and our clock says {wanted}.',
  'connection.login.times.fix': 'Set the clock of the identity provider right (time synchronisation, NTP).',
  'connection.login.directory.what':
    'The account belongs to another directory: {member} in the ID token is {found}, and {wanted} is expected.',
  'connection.login.directory.fix':
    'If {found} is your directory, enter it here as Directory (tenant) ID. Otherwise the person has to choose an account of your directory.',
  'connection.login.hosted-domain.what':
    'The account is not managed by the Hosted domain {wanted}: hd in the ID token is {found}.',
  'connection.login.hosted-domain.fix':
    'The person has to choose the account of {wanted}. If the domain is another one, change Hosted domain here.',
  'connection.login.claim-missing.what': 'The ID token lacks who the person is: {member}.',
  'connection.login.claim-missing.fix':
    'Allow this application the scopes openid, profile and email at the identity provider, and have its ID tokens state {member}.',
  'connection.login.claim-wrong.what': 'The ID token has {member} = {found}.',
  'connection.login.claim-wrong.fix':
    'Have the identity provider state {member} as JSON type {wanted}: look at the claims or mappers of this application there.',
  'connection.login.address-claim-missing.what':
    'The identity provider sent no claim {member}, which gives the address here. These came: {found}.',
  'connection.login.address-claim-missing.fix':
    'Enter the one that holds the address as Claim with the address, or have the identity provider state {member} for this application, in ID tokens or at its userinfo endpoint.',
  'connection.login.address-claim-unusable.what':
    'The claim {member}, which gives the address here, holds no address: it is {found}.',
  'connection.login.address-claim-unusable.fix':
    'Enter another claim as Claim with the address, or have the identity provider put one mail address into {member}, as a text.',
  'connection.login.name-claim-missing.what':
    'The identity provider sent no text in the claim {member}, which gives the name here. These came: {found}.',
  'connection.login.name-claim-missing.fix':
    'Enter the one that holds the name as Claim with the name, or have the identity provider state {member} for this application. Until then people are called by name, or by given and family name.',
  'connection.login.not-fresh.what': 'The identity provider did not show that the person logged in just now.',
  'connection.login.not-fresh.fix':
    'Have it state auth_time in ID tokens (Entra ID: Token configuration → optional claim).',
  'connection.login.userinfo.what':
    'The userinfo endpoint {endpoint} of the identity provider answered {status}. People log in without what it states.',
  'connection.login.userinfo.fix':
    'Have the identity provider put email into the ID tokens of this application, or look there why {endpoint} refuses. Until then a person who comes for the first time has to enter a mailed code.',
  'connection.login.userinfo-claim.what':
    'The userinfo endpoint {endpoint} of the identity provider states {member} = {found}, and {wanted} is expected. Nothing it states is used.',
  'connection.login.userinfo-claim.fix':
    'This is a fault of the identity provider’s software. Have it put email into the ID tokens of this application: then it is not asked.',
  'connection.login.userinfo-signature.what':
    'The answer of the userinfo endpoint {endpoint} is a token whose signature is not valid ({found}). Nothing it states is used.',
  'connection.login.userinfo-signature.fix':
    'Set the userinfo answer of this application there to unsigned JSON or to RS256, not encrypted, or have email put into its ID tokens.',
  'connection.login.changed.what': 'The connection was changed while the person was at the identity provider.',
  'connection.login.changed.fix': 'Log in again.',
  'connection.login.wrong-callback.what': 'The answer arrived at an address where it must not arrive.',
  'connection.login.wrong-callback.fix':
    'Register the Redirect URL shown here, and no other, at the identity provider.',
  'connection.login.wrong-response.what': 'The identity provider answered in a way that was not asked for.',
  'connection.login.wrong-response.fix':
    'Set the response type and the response mode of this application at the identity provider to what the guide here shows.',
  'connection.login.posted-code.what':
    'The identity provider posted the code as a form (response mode form_post), which was not asked for.',
  'connection.login.posted-code.fix':
    'Set the response mode of this application at the identity provider to query, or switch form_post off for it.',
  'connection.login.token-in-address.what':
    'The identity provider sent the ID token in the address, and not as a form (response mode form_post) as it was asked.',
  'connection.login.token-in-address.fix':
    'Set the response mode of this application at the identity provider to form_post, or enter a client secret here: then a code is asked for.',
  'connection.login.response-type.what': 'The identity provider answered with {found}, and {wanted} was asked for.',
  'connection.login.response-type.fix':
    'Set the response type (grant type, flow) of this application at the identity provider to {wanted} alone.',
  'connection.login.fragment.what':
    'The browser came back without an answer: the identity provider put it behind a # (response mode fragment), which never reaches a server.',
  'connection.login.fragment.fix':
    'Set the response mode of this application at the identity provider: query for a code, form_post for an ID token. If it is that already, it was an error, and the provider’s log says which.',

  'login.connection.lead': 'You will log in to {organization} at {host}.',
  'login.connection.not-me': 'Not me',
  'login.binding.title': 'Is this you?',
  'login.binding.lead': 'You are logged in at {organization} as {came}. This account is {account}.',
  'login.binding.lead-without':
    'You are logged in at {organization}, which states no usable address for you. This account is {account}.',
  'login.binding.send': 'Send a code to {account}',
  'login.binding.sent': 'We have sent a code to {account}. Enter it here, in this browser.',
  'login.binding.other-account': 'Use another account',
  'login.mailbox.title': 'Confirm Your Mailbox',
  'login.mailbox.lead':
    'The login page of {organization} does not say when you logged in. To confirm changes, you add a second proof here, once. First we send a code to your mailbox.',
  'login.stray.title': 'That answer cannot be used',
  'login.stray.lead': 'It belongs to no log-in of this browser, or was used before. Log in again.',
  'login.stray.fragment':
    'Your organization’s login page answered in a way that was not asked for. Ask your administrator, and quote the reference.',
  'login.stray.other-browser':
    'The log-in it belongs to was begun in another browser, or your browser did not keep its cookie. Log in again.',

  'mail.binding-code.subject': '{code} is your code for {product}',
  'mail.binding-code.heading': 'Your code',
  'mail.binding-code.lead':
    'Somebody logged in as {came} and says that this mailbox is theirs. If that is you, enter this code.',
  'mail.binding-code.valid': 'It works for 10 minutes, in the browser where you asked for it.',
  'mail.binding-code.ignore': 'If you did not ask for it, ignore this mail: nothing happens without the code.',
  'mail.enrolment-code.subject': '{code} is your code for {product}',
  'mail.enrolment-code.heading': 'Your code',
  'mail.enrolment-code.lead':
    'Somebody logged in as {came} and is about to add an authenticator to your account, which confirms changes in {product}. If that is you, enter this code.',
  'mail.enrolment-code.ignore':
    'If it is not you, give the code to nobody and tell your administrator: somebody can log in as you.',
  'mail.bound-otherwise.subject': '{account} came with another address',
  'mail.bound-otherwise.heading': 'Somebody you invited came with another address',
  'mail.bound-otherwise.lead':
    'You invited {account}. The person logged in as {came}, and showed with a code that the mailbox is theirs.',
  'mail.bound-otherwise.note':
    'A console role waits until an administrator gives it back. If this looks wrong, disable the user.',
} as const;
