/** What an administrator reads of a provider's own documents, and of settings that do not fit them. */
export const providerDocuments = {
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
  'connection.discovery.no-code.what': 'This identity provider announces no authorization code (response type code).',
  'connection.discovery.no-code.fix':
    'Under How the provider answers choose “ID token by form post”, without a credential, or switch on the authorization code flow there.',
  'connection.discovery.no-id-token.what':
    'This identity provider announces no ID token by form post (response type id_token, response mode form_post).',
  'connection.discovery.no-id-token.fix': 'Under How the provider answers choose “Code with PKCE”.',
  'connection.discovery.no-client-authentication.what':
    'This identity provider takes no client secret: its token endpoint announces {found}.',
  'connection.discovery.no-client-authentication.fix':
    'Allow client_secret_basic or client_secret_post for this application there, or choose Credential “None” here.',
  'connection.discovery.no-private-key.what':
    'This identity provider takes no signed assertion that a key of {product} can make: its token endpoint announces {found}.',
  'connection.discovery.no-private-key.fix':
    'Allow private_key_jwt with RS256, PS256 or ES256 for this application there, or choose Credential “Client secret” here.',
  'connection.settings.scope.what': 'These are no scopes.',
  'connection.settings.scope.fix': 'Enter names separated by blanks, as: openid profile email.',
  'connection.settings.no-hosted-domain.what':
    'Google serves everybody by this address, and no Hosted domain is entered: any Google account can come back.',
  'connection.settings.no-hosted-domain.fix':
    'Enter the organization’s Google Workspace domain as Hosted domain. Until then only people who are invited or known get in.',
  'connection.settings.claim-name.what': 'A claim named {found} cannot be mapped here.',
  'connection.settings.claim-name.fix':
    'Enter one name as the provider’s claims show it, without blanks, at most 128 characters. sub, iss and others that say which token it is cannot be chosen, and the address of Entra ID is its own.',
  'connection.settings.address-claim.what':
    'The claim {member} gives the address. Nothing proves it, also not a verified domain.',
  'connection.settings.address-claim.fix':
    'Who comes for the first time enters a mailed code, or comes by invitation; nobody is created by it. Where the provider states email with email_verified, leave Claim with the address empty.',
  'connection.settings.trusted-audiences.what': 'These are no audiences.',
  'connection.settings.trusted-audiences.fix':
    'Enter at most 10 values as they stand in the claim aud of ID tokens, separated by blanks.',
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
} as const;
