/**
 * What requests of an application are refused for: what happened, what to change, and where. `came` is what the request said,
 * `wanted` what fits. The owner reads them on the application's page and under *Why?*.
 */
export const applicationFailures = {
  'application-failure.unknown-client.what':
    'A request named an application that there is none of: its client ID was {came}.',
  'application-failure.unknown-client.fix':
    'If that is an application of yours, enter the client ID of its page here. If it was removed, register it again: it gets another client ID.',
  'application-failure.unknown-client.where': 'In the application: client ID',

  'application-failure.secret-wrong.what':
    '{application} sent another client secret than ours: one of {came} characters. Ours have 43.',
  'application-failure.secret-wrong.fix':
    'Enter the client secret there again, without a line end or quotation marks. If nobody has it any more, make another client secret here and enter that one.',
  'application-failure.secret-wrong.where': 'In the application: client secret',

  'application-failure.secret-missing.what': '{application} sent no client secret, though it is registered with one.',
  'application-failure.secret-missing.fix':
    'Enter the client secret there. An application that runs in a browser or on a device can keep none: register it as such.',
  'application-failure.secret-missing.where': 'In the application: client secret',

  'application-failure.authentication-way.what':
    '{application} authenticated itself by {came}. It is registered for {wanted}.',
  'application-failure.authentication-way.fix':
    'Set the client authentication to {wanted} there, and send one kind alone; or change it here to what the application does.',
  'application-failure.authentication-way.where': 'In the application: client authentication (token endpoint)',

  'application-failure.assertion.what': 'The client assertion of {application} was refused: {came}.',
  'application-failure.assertion.fix':
    'Compare its key with the one registered here. Issuer and subject are its client ID, the audience is our issuer alone, as one string; each assertion is used once and expires within minutes (RFC 7523).',
  'application-failure.assertion.where': 'In the application: private_key_jwt',

  'application-failure.redirect-uri.what':
    '{application} asked for the answer at {came}. That is not registered; the nearest that is: {wanted}.',
  'application-failure.redirect-uri.fix':
    'If that address is your application’s, add it here; it is compared letter for letter. Otherwise set the registered one there. Anybody can send such a request: an address you do not know stays out.',
  'application-failure.redirect-uri.where': 'Applications → the application → Redirect URIs',

  'application-failure.pkce-missing.what': '{application} sent no code challenge (PKCE, RFC 7636).',
  'application-failure.pkce-missing.fix':
    'Switch PKCE on there, with S256. For an application on a server that cannot send it, switch on Settings → Protocol → Without PKCE here.',
  'application-failure.pkce-missing.where': 'In the application: PKCE (code challenge method)',

  'application-failure.pkce-malformed.what': 'The code challenge of {application} was refused: {came}.',
  'application-failure.pkce-malformed.fix':
    'Let it send code_challenge_method S256 and the digest of a random code verifier of 43 to 128 characters (RFC 7636).',
  'application-failure.pkce-malformed.where': 'In the application: PKCE (code challenge method)',

  'application-failure.scope-missing.what': '{application} asked for no scope at all.',
  'application-failure.scope-missing.fix': 'Set the scopes there: openid, and profile and email where it shows names.',
  'application-failure.scope-missing.where': 'In the application: scope',

  'application-failure.scope-without-openid.what': '{application} asked for the scope {came}, without openid.',
  'application-failure.scope-without-openid.fix':
    'Add openid to the scopes there: without it there is no login to tell of.',
  'application-failure.scope-without-openid.where': 'In the application: scope',

  'application-failure.scope-not-allowed.what':
    '{application} asked for the scope {came}, which it may not have there.',
  'application-failure.scope-not-allowed.fix':
    'Allow the application that scope of the API here, or leave it out there. By a token exchange or a refresh nobody gets more scopes than the token presented has.',
  'application-failure.scope-not-allowed.where': 'Applications → the application → API resources',

  'application-failure.prompt.what': '{application} sent the prompt {came}, which we do not know.',
  'application-failure.prompt.fix': 'Leave prompt out there, or send one of: {wanted}. none stands alone.',
  'application-failure.prompt.where': 'In the application: prompt',

  'application-failure.response-type.what': '{application} asked for the response type {came}.',
  'application-failure.response-type.fix': 'Set the authorization code flow there: response type code.',
  'application-failure.response-type.where': 'In the application: response type (flow)',

  'application-failure.request.what': 'A request of {application} was refused: {came}.',
  'application-failure.request.fix':
    'Correct what the sentence names, in the settings there or in its OpenID Connect library.',
  'application-failure.request.where': 'In the application: OpenID Connect settings',

  'application-failure.code-reused.what':
    '{application} redeemed an authorization code a second time. What the first gave was ended, in case somebody else had it.',
  'application-failure.code-reused.fix':
    'Let it redeem each code once: look for a page that is loaded twice, a retry after a timeout, or two servers that handle one callback.',
  'application-failure.code-reused.where': 'In the application: handling of its redirect URI',

  'application-failure.code-unknown.what':
    '{application} redeemed an authorization code that is not valid: too old, of a session that ended, or another’s.',
  'application-failure.code-unknown.fix':
    'Let it redeem each code within a minute, as the application that asked for it. Several environments with one address mix up their codes.',
  'application-failure.code-unknown.where': 'In the application: handling of its redirect URI',

  'application-failure.code-redirect-uri.what':
    '{application} redeemed a code with the redirect URI {came}, and had asked for it with another one.',
  'application-failure.code-redirect-uri.fix':
    'Let it send the same redirect URI in both requests. Behind a proxy, set its public address there.',
  'application-failure.code-redirect-uri.where': 'In the application: redirect URI (public address)',

  'application-failure.pkce-verifier.what':
    'The code verifier of {application} does not belong to the code challenge it had sent (PKCE).',
  'application-failure.pkce-verifier.fix':
    'Let it keep the code verifier with the login it began: two tabs, or several servers without a common session store, mix them up.',
  'application-failure.pkce-verifier.where': 'In the application: session store',

  'application-failure.grant-type.what': '{application} asked for tokens by {came}, for which it is not registered.',
  'application-failure.grant-type.fix':
    'If it needs refresh tokens or logins on devices, switch them on here. Otherwise set the authorization code flow there.',
  'application-failure.grant-type.where': 'Applications → the application → Refresh tokens',

  'application-failure.refresh-reused.what':
    '{application} used a refresh token again that had been replaced. All tokens of that login were ended, in case somebody else had it.',
  'application-failure.refresh-reused.fix':
    'Let it keep the newest refresh token of each answer, in one place for all its servers and tabs.',
  'application-failure.refresh-reused.where': 'In the application: token store',

  'application-failure.dpop.what': 'The DPoP proof of {application} was refused: {came}.',
  'application-failure.dpop.fix':
    'Let it make a new proof for each request, with its method and address, the time of now and the key its tokens are bound to (RFC 9449).',
  'application-failure.dpop.where': 'In the application: DPoP, and the clock of its server',

  'application-failure.post-logout-uri.what':
    '{application} wanted people back at {came} after a logout. That is not registered; the nearest that is: {wanted}. They stayed on our page.',
  'application-failure.post-logout-uri.fix':
    'If that address is your application’s, add it here; it is compared letter for letter. Otherwise set the registered one there.',
  'application-failure.post-logout-uri.where': 'Applications → the application → Logout URIs',

  'application-failure.id-token-hint.what':
    '{application} asked for a logout with an id_token_hint that is not valid: {came}.',
  'application-failure.id-token-hint.fix':
    'Let it send the ID token that it was given at the login, whole. Where it keeps none, client_id serves as well.',
  'application-failure.id-token-hint.where': 'In the application: logout (id_token_hint)',
} as const;
