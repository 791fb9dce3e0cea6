/**
 * What went wrong with an identity provider, for the administrator: what it is and what to do. The person who wanted to
 * log in reads a sentence without detail, under `error.provider.…`.
 */
export const connections = {
  // Settings that cannot be saved.
  'connection.discovery.not-a-url.what': 'The Discovery url is not an address.',
  'connection.discovery.not-a-url.fix': 'Paste the full address, as https://login.contoso.example/.',
  'connection.discovery.not-https.what': 'The Discovery url does not begin with https.',
  'connection.discovery.not-https.fix': 'Use the https address of your identity provider.',
  'connection.discovery.has-credentials.what': 'The Discovery url carries a user name or password.',
  'connection.discovery.has-credentials.fix': 'Leave out everything before the @.',
  'connection.discovery.has-query.what': 'The Discovery url has parts after ? or # that do not belong there.',
  'connection.discovery.has-query.fix': 'Remove the question mark or number sign and all that follows.',
  'connection.discovery.too-long.what': 'The Discovery url is too long.',
  'connection.discovery.too-long.fix':
    'Paste the address your identity provider shows as issuer or discovery document.',
  'connection.discovery.url-refused.what': 'Addresses of this form or port are not called.',
  'connection.discovery.url-refused.fix':
    'Use an https address on port 443. For a provider inside your own network, the operator of {product} can allow its host.',
  'connection.discovery.name-unknown.what': 'There is no host of this name.',
  'connection.discovery.name-unknown.fix': 'Check the address for typing errors.',
  'connection.discovery.address-refused.what': 'The address leads into a private network.',
  'connection.discovery.address-refused.fix':
    'Use a public address. For a provider inside your own network, the operator of {product} can allow its host.',
  'connection.discovery.unreachable.what': 'Nobody answers at this address.',
  'connection.discovery.unreachable.fix': 'Check the address, and whether the identity provider is running.',
  'connection.discovery.tls.what': 'The identity provider’s certificate is not trusted.',
  'connection.discovery.tls.fix': 'Have its certificate renewed or completed.',
  'connection.discovery.timeout.what': 'The identity provider took too long to answer.',
  'connection.discovery.timeout.fix': 'Try again in a few minutes.',
  'connection.discovery.redirected.what': 'The address leads to another address.',
  'connection.discovery.redirected.fix': 'Paste the address it finally leads to.',
  'connection.discovery.status.what': 'There is no discovery document at {endpoint} ({status}).',
  'connection.discovery.status.fix':
    'Correct the Discovery url: with /.well-known/openid-configuration after it, it must show a document.',
  'connection.discovery.not-json.what': 'What stands at {endpoint} is not a discovery document.',
  'connection.discovery.not-json.fix':
    'Correct the Discovery url: with /.well-known/openid-configuration after it, it must show a document.',
  'connection.discovery.too-large.what': 'The document at this address is too large.',
  'connection.discovery.too-large.fix': 'Check the address with your identity provider.',
  'connection.discovery.malformed.what': 'What stands at {endpoint} is no discovery document: it is {found}.',
  'connection.discovery.malformed.fix':
    'Correct the Discovery url: with /.well-known/openid-configuration after it, it must show one JSON object with the member issuer.',
  'connection.discovery.member-missing.what': 'The document at {endpoint} lacks {member}.',
  'connection.discovery.member-missing.fix':
    'Correct the Discovery url: the document there must state {member} = {wanted}.',
  'connection.discovery.member-wrong.what': 'The discovery document has {member} = {found}.',
  'connection.discovery.member-wrong.fix': 'Have the document at {endpoint} state {member} as text: {wanted}.',
  'connection.discovery.own-issuer.what': 'This is the address of {product} itself.',
  'connection.discovery.own-issuer.fix': 'Enter the address of the organization’s identity provider.',
  'connection.discovery.issuer-mismatch.what':
    'The document at this address names the issuer {found}, and the address speaks of {wanted}.',
  'connection.discovery.issuer-mismatch.fix':
    'If {found} is the identity provider’s own address, enter it here as Discovery url. Otherwise set the issuer (public address, base URL) at the identity provider to {wanted}.',
  'connection.discovery.issuer-mismatch-oracle.what':
    'The document at this address names the issuer {found}, and the address speaks of {wanted}. Oracle identity domains name a common issuer unless one is set.',
  'connection.discovery.issuer-mismatch-oracle.fix':
    'In the Oracle Cloud console: Identity & Security → Domains → your domain → Security → OAuth → Issuer, enter {wanted}.',
  'connection.discovery.issuer-mismatch-b2c.what':
    'The document at this address names the issuer {found}, and the address speaks of {wanted}. Azure AD B2C leaves the policy out of its issuer unless it is told otherwise.',
  'connection.discovery.issuer-mismatch-b2c.fix':
    'In Azure AD B2C: User flows → your flow → Properties → Token compatibility settings → Issuer (iss) claim, choose the address with /tfp/, and enter that address here as Discovery url.',
  'connection.discovery.issuer-mismatch-external-id.what':
    'The document at this address names the issuer {found}, and the address speaks of {wanted}. Entra External ID names its issuer by the directory’s id.',
  'connection.discovery.issuer-mismatch-external-id.fix':
    'Enter {found} here as Discovery url: External ID answers under that address, too.',
  'connection.discovery.issuer-not-https.what':
    'The issuer in the discovery document is {found}, which is no plain https address.',
  'connection.discovery.issuer-not-https.fix':
    'Set the issuer at the identity provider to its https address, without blank, ? and #.',
  'connection.discovery.endpoint-missing.what': 'The discovery document lacks {member}.',
  'connection.discovery.endpoint-missing.fix':
    'Have the document at {endpoint} state {member} as an https address (OpenID Connect Discovery 1.0, section 3), or enter the Discovery url of another provider.',
  'connection.discovery.endpoint-not-https.what':
    'The discovery document names {found} as {member}, which is no https address that can be called.',
  'connection.discovery.endpoint-not-https.fix':
    'Set {member} at the identity provider to its https address, without user name and without #.',
  'connection.discovery.no-signature-algorithm.what':
    'The identity provider announces the signature algorithms {found}, and none of them can be verified safely.',
  'connection.discovery.no-signature-algorithm.fix':
    'Switch on RS256 or ES256 for ID tokens there (id_token_signing_alg_values_supported).',
  'connection.discovery.no-flow.what': 'The identity provider answers in no way that can be used here.',
  'connection.discovery.no-flow.fix': 'Switch on authorization code, or ID token with form_post, there.',
  'connection.discovery.left-out-url.what':
    '{member} in the discovery document is {found}, which is no https address: it is left out.',
  'connection.discovery.left-out-url.fix':
    'Logins work without it. To have it used, set {member} at the identity provider to an https address.',
  'connection.discovery.left-out-list.what':
    '{member} in the discovery document is {found}, which is no list of texts: it is left out.',
  'connection.discovery.left-out-list.fix':
    'Logins work if the identity provider keeps to the defaults. To have it used, state {member} there as a list, as ["…"].',
  'connection.discovery.left-out-flag.what':
    '{member} in the discovery document is {found}, which is neither true nor false: it is left out.',
  'connection.discovery.left-out-flag.fix':
    'Logins work without it. To have it used, state {member} there as true or false, without quotation marks.',
  'connection.discovery.left-out-text.what':
    '{member} in the discovery document is {found}, which is no text of one line: it is left out.',
  'connection.discovery.left-out-text.fix': 'Logins work without it. To have it used, correct {member} there.',
  'connection.discovery.needs-secret.what': 'This identity provider gives nothing to applications without a secret.',
  'connection.discovery.needs-secret.fix': 'Create a client secret there and enter it here.',
  'connection.keys.unreachable.what': 'The identity provider’s signing keys cannot be read from {endpoint} ({status}).',
  'connection.keys.unreachable.fix':
    'Open {endpoint} in a browser: it must show the keys. If it does not, correct jwks_uri at the identity provider or start it.',
  'connection.keys.malformed.what': 'What stands at {endpoint} is no key set: keys is {found}.',
  'connection.keys.malformed.fix':
    'Correct jwks_uri at the identity provider: its document must have keys as a list (RFC 7517, section 5).',
  'connection.keys.too-many.what': 'The key set at {endpoint} has {count} keys.',
  'connection.keys.too-many.fix': 'Remove old keys at the identity provider until {wanted} or fewer are left.',
  'connection.keys.private.what': 'Key {key} at {endpoint} is published with its secret part ({member}).',
  'connection.keys.private.fix':
    'Make a new signing key at the identity provider at once, and have it publish the public part alone: everybody can read the one it has.',
  'connection.keys.empty.what': 'The key set at {endpoint} is empty.',
  'connection.keys.empty.fix': 'Make or activate a signing key (RS256 or ES256) at the identity provider.',
  'connection.keys.member-wrong.what':
    'None of the {count} keys at {endpoint} can be used: key {key} has {member} = {found}.',
  'connection.keys.member-wrong.fix':
    'Have the identity provider publish {member} of key {key} as RFC 7517 and RFC 7518 say: texts as texts, numbers as base64url.',
  'connection.keys.wrong-type.what':
    'None of the {count} keys at {endpoint} can be used: key {key} is of type {found}.',
  'connection.keys.wrong-type.fix': 'Make a signing key of type RSA (RS256) or EC (ES256) at the identity provider.',
  'connection.keys.not-for-signing.what':
    'None of the {count} keys at {endpoint} is for signatures: key {key} has {member} = {found}.',
  'connection.keys.not-for-signing.fix': 'Make or activate a signing key (use = "sig") at the identity provider.',
  'connection.keys.size.what': 'None of the {count} keys at {endpoint} can be used: key {key} is RSA of {found} bits.',
  'connection.keys.size.fix': 'Make an RSA signing key of 2048 to 8192 bits at the identity provider.',
  'connection.keys.curve.what':
    'None of the {count} keys at {endpoint} can be used: key {key} is of the curve {found}.',
  'connection.keys.curve.fix': 'Make a signing key on P-256 (ES256), P-384, P-521 or Ed25519 at the identity provider.',
  'connection.secret.missing.what': 'There is no client secret yet.',
  'connection.secret.missing.fix': 'Enter the secret’s value, or choose to go without one.',

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
  'connection.login.credential.what':
    'The identity provider does not accept our client secret ({status} from {endpoint}).',
  'connection.login.credential.fix':
    'Copy the current client secret of this application at the identity provider and enter it here as Client secret.',
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
  'connection.login.signature.what': 'The signature of the identity provider’s answer is not valid.',
  'connection.login.signature.fix': 'If it happens each time, save the connection again: keys may have moved.',
  'connection.login.algorithm.what':
    'The ID token is signed with {found}, and this identity provider announces {wanted}.',
  'connection.login.algorithm.fix':
    'Set the signature algorithm for ID tokens of this application at the identity provider to {wanted}, or save the connection again if it was changed there.',
  'connection.login.issuer.what': 'The answer came from the issuer {found}, and the issuer configured is {wanted}.',
  'connection.login.issuer.fix':
    'If it happens each time, enter the Discovery url of {found} here, or set the issuer of the identity provider to {wanted}.',
  'connection.login.audience.what':
    'The answer was meant for another application: {member} is {found}, and the Client ID here is {wanted}.',
  'connection.login.audience.fix':
    'Enter the Client ID of this application at the identity provider here, or have the identity provider put {wanted} alone into {member}.',
  'connection.login.nonce.what': 'The answer does not belong to this login.',
  'connection.login.nonce.fix': 'Log in again.',
  'connection.login.times.what':
    'The times in the answer do not fit: {member} is {found}, and our clock says {wanted}.',
  'connection.login.times.fix': 'Set the clock of the identity provider right (time synchronisation, NTP).',
  'connection.login.directory.what':
    'The account belongs to another directory: {member} in the ID token is {found}, and {wanted} is expected.',
  'connection.login.directory.fix':
    'If {found} is your directory, enter it here as Directory (tenant) ID. Otherwise the person has to choose an account of your directory.',
  'connection.login.claim-missing.what': 'The ID token lacks who the person is: {member}.',
  'connection.login.claim-missing.fix':
    'Allow this application the scopes openid, profile and email at the identity provider, and have its ID tokens state {member}.',
  'connection.login.claim-wrong.what': 'The ID token has {member} = {found}.',
  'connection.login.claim-wrong.fix':
    'Have the identity provider state {member} as JSON type {wanted}: look at the claims or mappers of this application there.',
  'connection.login.not-fresh.what': 'The identity provider did not show that the person logged in just now.',
  'connection.login.not-fresh.fix':
    'Have it state auth_time in ID tokens (Entra ID: Token configuration → optional claim).',
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
    'Set the response mode of this application at the identity provider: query for a code, form_post for an ID token.',

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
