/** *Why?*: a login told step by step to an administrator, what it failed by, and where to change what. */
export const diagnosis = {
  // What happened, one sentence for each entry of a login's trace.
  'why.step.began': 'The login began, for {application}.',
  'why.step.link': 'A login link of {organization} was opened: it leads there without an address.',
  'why.step.earlier':
    'Before that, another address was tried. What came of it is told to the administrators of its organization.',
  'why.step.identified': '{email} was typed.',
  'why.step.method': 'People of {organization} log in with {method}.',
  'why.step.method.none':
    '{organization} cannot be used at present: it is suspended, or the connection of its method is missing.',
  'why.step.sent': 'The browser was sent to {host}. This was asked:',
  'why.step.came-back':
    'The browser came back with an answer that passed every check: redirect URL, browser, signature, issuer, audience, times and nonce. The identity provider states:',
  'why.step.asked-again': 'The identity provider refused what was asked, and was asked once more in another way.',
  'why.step.failed': 'The answer was not accepted.',
  'why.step.wrong.password': 'A wrong password was given.',
  'why.step.wrong.otp': 'A wrong code of the authenticator app was given.',
  'why.step.wrong.security-key': 'The security key was not accepted.',
  'why.step.wrong.recovery-code': 'A wrong recovery code was given.',
  'why.step.wrong.address-code': 'A wrong mailed code was given.',
  'why.step.wrong.binding-code': 'A wrong mailed code was given.',
  'why.step.wrong.enrolment-code': 'A wrong mailed code was given.',
  'why.step.refused': 'The login was refused.',
  'why.step.password-proved': 'The password was right.',
  'why.step.password-chosen': 'A password was chosen, through the invitation.',
  'why.step.enrolled': 'An authenticator was enrolled.',
  'why.step.codes-kept': 'The recovery codes were kept.',
  'why.step.factor-proved': 'The second factor was right.',
  'why.step.address-proved': 'The mailed code was right: the address is the person’s.',
  'why.step.organization-chosen': 'The person chose {organization}.',
  'why.step.another-way': 'The person chose the method before (Try another way).',
  'why.step.started-over': 'The person started over with another address.',
  'why.step.switched': 'Another user was logged in in this browser; the person chose to go on.',
  'why.step.account-kept': 'The person went on as before.',
  'why.step.consented': 'The person allowed {application} what it asked for.',
  'why.step.connection-proved': 'The person is {user}, and is logged in.',
  'why.step.finished': 'The login succeeded; {application} was told.',
  'why.step.waiting': 'The person is at {host} now, or has left. After ten minutes the attempt counts as not finished.',
  'why.step.unreturned': 'Nobody came back from {host}.',
  'why.step.stopped': 'Nothing came after that: the person stopped at the page “{page}”.',
  'why.step.other': 'Recorded: {event}.',

  // By which rule an address leads where it does; the order is that in which they are tried.
  'why.rule.invitation':
    'An invitation of {organization} had been opened in this browser: it decides before everything else.',
  'why.rule.application': 'The application asked for {organization}, where this address has a proven account.',
  'why.rule.last-choice': 'This browser had chosen {organization} for this address before.',
  'why.rule.verified-domain':
    '{domain} is a verified domain of {organization}: it leads there, whether a user exists or not.',
  'why.rule.routed-account': '{domain} is routed to {organization}, and the address has an account there.',
  'why.rule.one-account': 'No domain decides; the address has one proven account, at {organization}.',
  'why.rule.several-accounts': 'No domain decides; which organization it is, is chosen after a mailed code.',
  'why.rule.routed-domain': '{domain} is routed to {organization}; the address has no account there.',
  'why.rule.root-account':
    'Neither a domain nor a proven account decides; the address has an account at {organization}, which administers the service.',
  'why.rule.unproven-account':
    'Neither a domain nor a proven account decides; the address has an account at {organization} whose mailbox nobody has proved.',
  'why.rule.nobody': 'Neither a domain nor an account decides: the password page is shown, and accepts nobody.',
  'why.rule.emergency': 'Emergency access was used: it asks for a password and a factor of ours.',

  'why.pilot.inside': 'A pilot runs at {organization}, and this person is in it: the method of the pilot holds.',
  'why.pilot.outside':
    'A pilot runs at {organization}, and this person is not in it: the method from before the pilot holds.',

  'why.application.start': 'Your applications',
  'why.application.console': 'Configuration',
  'why.method.built-in': '{product} Authentication',
  'why.method.entra-id': 'Entra ID',
  'why.method.openid-connect': 'OpenID Connect',

  // Pages where somebody may stop.
  'why.page.identify': 'Log in',
  'why.page.address-code': 'Check your mail',
  'why.page.choose-organization': 'Choose your organization',
  'why.page.password': 'Enter Your Password',
  'why.page.connection-out': 'You will log in to …',
  'why.page.connection-back': 'Is this you?',
  'why.page.choose-password': 'Choose a password',
  'why.page.enroll': 'Keep Your Account Safe',
  'why.page.recovery-codes': 'Recovery codes',
  'why.page.second-factor': 'Confirm It’s You',
  'why.page.step-up': 'Confirm It’s You',
  'why.page.switch-user': 'Another user is logged in',
  'why.page.select-account': 'Which account?',
  'why.page.consent': 'What the application may know',
  'why.page.other': 'an earlier page',

  // Parameters of an authorization request.
  'why.sent.client_id': 'Client ID',
  'why.sent.redirect_uri': 'Redirect URL',
  'why.sent.response_type': 'Response type',
  'why.sent.response_mode': 'Response mode',
  'why.sent.scope': 'Scopes',
  'why.sent.prompt': 'Prompt',
  'why.sent.max_age': 'Greatest age of the login there (seconds)',
  'why.sent.acr_values': 'Assurance asked for (acr_values)',
  'why.sent.code_challenge_method': 'PKCE',
  'why.sent.login_hint': 'Address passed on (login_hint)',

  // What the provider said.
  'why.provider.code': 'Error code of the provider',
  'why.provider.said': 'What it wrote, as it arrived',
  'why.provider.correlation': 'Correlation ID, for the provider’s support',

  // Which check failed.
  'why.check.answer': 'whether the identity provider answers, and in the way that was asked for',
  'why.check.credential': 'whether the identity provider accepts our credential',
  'why.check.provider': 'what the identity provider itself said',
  'why.check.signature': 'the signature of the ID token',
  'why.check.issuer': 'the issuer of the ID token',
  'why.check.audience': 'the audience of the ID token',
  'why.check.nonce': 'whether the answer belongs to this login (nonce)',
  'why.check.times': 'the times of the ID token',
  'why.check.directory': 'the directory of the ID token',
  'why.check.claims': 'the claims of the ID token',
  'why.check.freshness': 'whether the person logged in just now, as was asked for',
  'why.check.callback': 'where the answer arrived, and whether the connection is still the same',
  'why.check.person': 'whom the proved person is here',
  'why.check.factor': 'the password, code or security key that was given',
  'why.check.destination': 'where the address leads',

  // Failures that are ours to explain.
  'why.cause.no-account.what':
    'The identity provider proved the person, who is called {came} there; {organization} has no user of that address.',
  'why.cause.no-account.fix':
    'Invite {came}, or let the person log in there with the account whose address was invited. For people of a verified domain, Settings → Make users at their first login does that by itself.',
  'why.cause.users-full.what':
    'The identity provider proved {came}, and a first login would have made a user of them; but {organization}, or an organization that manages it, has as many users as it may.',
  'why.cause.users-full.fix':
    'Remove users who are not needed any more, or have an administrator of the root organization raise the limit. Whoever has a user logs in as before.',
  'why.cause.unmet.what':
    '{application} demands a stronger proof (an essential acr) than anything the person has here, or than the identity provider states.',
  'why.cause.unmet.fix':
    'Let the person add a security key under Account; for people who log in elsewhere, let their identity provider state what {application} demands, or have {application} demand less.',
  'why.cause.outside-pilot.what':
    'A pilot runs at {organization}: the user who came back logs in by the other of its two methods.',
  'why.cause.outside-pilot.fix':
    'Ask the person to log in again with the own address. To have the user use this connection, add the address to the pilot, or end it with Everybody.',
  'why.cause.user-may-not.what':
    'The user {user} of {organization} may not log in: it is disabled, its access is over, or the organization is suspended.',
  'why.cause.user-may-not.fix':
    'If it is disabled, open the user and choose Enable. If its access is over or the organization is suspended, ask the operator: the console changes neither.',
  'why.cause.subject-of-another-user.what':
    'An invitation was opened for one user, and the account at the identity provider ({came}) is linked to another user here.',
  'why.cause.subject-of-another-user.fix':
    'Let the person log in there with the invited account. If both are the same person, open the user: both are shown there, to decide.',
  'why.cause.user-has-another-identity.what':
    'The user {user} is linked to another account at the identity provider than the one that came ({came}).',
  'why.cause.user-has-another-identity.fix':
    'Open the user: both persons are shown there. Choose The same person if it is the user with a new account, else Another person: the user takes the address they have now, and who came is invited.',
  'why.cause.taken-meanwhile.what':
    'Two logins linked the same account at the same moment, or the link was reset meanwhile.',
  'why.cause.taken-meanwhile.fix': 'Let the person log in again.',
  'why.cause.too-late.what': 'The person came back from the identity provider more than ten minutes after going there.',
  'why.cause.too-late.fix': 'Let the person log in again, and finish at the identity provider within ten minutes.',
  'why.cause.declined.what': 'The person did not allow {application} what it asked for.',
  'why.cause.declined.fix':
    'Let the person log in again and allow it, or have an administrator of the root register the application as first-party.',
  'why.cause.changed-meanwhile.what':
    'While this login was under way, the user, its password, or the method of {organization} was changed.',
  'why.cause.changed-meanwhile.fix': 'Let the person log in again: the new state then holds from the beginning.',
  'why.cause.invitation-over.what': 'The invitation this login came from was used, revoked or is older than two days.',
  'why.cause.invitation-over.fix': 'Send a new invitation to {email}.',
  'why.cause.wrong-password.what': 'The password given for {email} was wrong.',
  'why.cause.wrong-password.fix': 'Let the person choose a new one by Forgot password on that page.',
  'why.cause.wrong-factor.what': 'The second factor given for {email} was wrong.',
  'why.cause.wrong-factor.fix':
    'Let the person set the clock of the phone right, or use a recovery code. If the device is lost, open the user and choose Reset authenticators.',
  'why.cause.wrong-code.what': 'The code that was mailed to {email} was entered wrong.',
  'why.cause.wrong-code.fix': 'Let the person ask for a new code, and enter the newest one in the same browser.',
  'why.cause.nobody.what':
    'No account can log in with {email}: no user has this address, or none has accepted its invitation.',
  'why.cause.nobody.fix':
    'Compare the address with the list of users. Invite {email}, or send its invitation again. If the user exists and is verified, verify the domain {domain} or route it to the organization.',
  'why.cause.organization-unusable.what': '{organization} is suspended, or lacks the connection that its method needs.',
  'why.cause.organization-unusable.fix':
    'If it is suspended, ask the operator. Otherwise choose a method for {organization} and save it.',
  'why.cause.binding-open.what':
    'The identity provider calls the person {came}, and does not state as proven that {email} is theirs: a code mailed to {email} was asked for and not entered.',
  'why.cause.binding-open.fix':
    'Verify the domain {domain}: then what your own directory states about its addresses counts as proven. Or give the user the address that the identity provider states: {came}.',
  'why.cause.unreturned.what':
    'The person went to {host} and did not come back. What goes wrong on the provider’s own page is not told to us.',
  'why.cause.unreturned.fix':
    'Open {host} the same way in a private window and read what its page says. Compare with the likely causes below.',
  'why.cause.at-provider.what': 'The person is at {host} now: nothing has come back yet.',
  'why.cause.at-provider.fix':
    'Wait until the person has logged in there; after ten minutes the likely causes stand here.',
  'why.cause.stopped.what': 'The person stopped at the page “{page}”. Nothing failed until then.',
  'why.cause.stopped.fix': 'Let the person log in again and go on at that page.',
  'why.cause.stray-callback.what':
    'An answer of an identity provider arrived that belongs to no login of that browser: its page was opened twice, in another browser, or the browser kept no cookie.',
  'why.cause.stray-callback.fix':
    'Let the person begin at the login page, in one browser that accepts cookies. If every login ends so, the identity provider opens its page by itself: enter the login link of the organization there as start address.',
  'why.cause.request-refused.what':
    'The application {application} sent an authorization request that cannot be answered: {problem}.',
  'why.cause.request-refused.fix':
    'Compare client ID and redirect URIs of the application with what stands on its page here.',
  'why.cause.none.what': 'The login succeeded.',
  'why.cause.none.fix': 'Nothing has to be changed.',

  // What ends on the provider's own page, the likeliest first.
  'why.candidate.redirect.what': 'The Redirect URL is not registered there letter for letter.',
  'why.candidate.redirect.fix': 'Register {redirect} as redirect URI of the application.',
  'why.candidate.entra-redirect.what': 'The Redirect URL is not registered in Entra ID (AADSTS50011).',
  'why.candidate.entra-redirect.fix':
    'Entra admin center → App registrations → the app → Authentication → platform Web: add {redirect}.',
  'why.candidate.entra-client.what': 'The directory does not know the Client ID (AADSTS700016).',
  'why.candidate.entra-client.fix':
    'Entra admin center → App registrations → the app → Overview: Application (client) ID must be {client}; otherwise enter here what stands there.',
  'why.candidate.entra-assignment.what': 'The person is not assigned to the application (AADSTS50105).',
  'why.candidate.entra-assignment.fix':
    'Entra admin center → Enterprise applications → the app → Users and groups: assign the person or a group.',
  'why.candidate.client.what': 'The Client ID is not known there.',
  'why.candidate.client.fix':
    'Compare {client} with the client ID that the identity provider shows for the application.',
  'why.candidate.assignment.what': 'The person, or everybody, is not assigned to the application there.',
  'why.candidate.assignment.fix': 'Assign the person or a group to the application at the identity provider.',
  'why.candidate.credentials.what':
    'The person could not log in there: password, second factor or a policy of the identity provider.',
  'why.candidate.credentials.fix': 'Look for this attempt in the identity provider’s own log of logins.',
  'why.candidate.left.what': 'The person closed the window or went back.',
  'why.candidate.left.fix': 'Let the person log in again.',

  // What would happen if somebody logged in now.
  'why.simulated.outside': 'This address leads outside of what you administer, or nowhere.',
  'why.simulated.caveat':
    'This is decided by your organizations alone. An organization outside of what you administer that has verified {domain}, or has a proven account of this address, comes first.',
  'why.waiting':
    '{organization} has proved {domain}, which waits until {until}: users of other organizations have addresses at it. Until then the domain leads nobody there; after that it comes first.',
  'why.waiting.outside':
    'Another organization has proved {domain}. The domain waits until {until}; after that its addresses lead there first.',
  'why.simulated.password': 'The person is asked for a password, then for a second factor.',
  'why.simulated.password.nobody': 'The person is asked for a password, and none is accepted.',
  'why.simulated.code': 'A code is mailed to the address; after it, the person chooses among: {organizations}.',
  'why.simulated.disabled':
    '{organization} has a user {email}, who may not log in: disabled, access over, or the organization suspended.',
  'why.simulated.unled':
    '{organization} has a user {email}, and nothing leads there: nobody has proved the mailbox, and {domain} is neither verified by the organization nor routed to it. Verify or route {domain} under Domains.',
  'why.simulated.another':
    'The connection is unconfirmed: until its first successful login, the method before may be used, too (Try another way).',
  'why.simulated.pending': 'The user is pending: the first login begins with the invitation.',
  'why.simulated.held':
    'Nobody is sent to {host}: what the provider publishes changed, and an administrator has to confirm that under Authentication.',
  'why.simulated.sent': 'The browser is sent to {host}. This is asked:',
  'why.simulated.bound':
    'The user {email} is linked to an account there since {day}. That account logs in at once; any other one is refused.',
  'why.simulated.unbound.verified':
    'The user {email} is not linked yet. An account there that states this address is linked at once, because {domain} is verified.',
  'why.simulated.unbound':
    'The user {email} is not linked yet. An account there that states this address as proven is linked at once; otherwise a code is mailed to the address first.',
  'why.simulated.no-user':
    '{organization} has no user of this address: whoever logs in there is refused, unless the account states the address of another user.',
  'why.simulated.created':
    '{organization} makes users at their first login: an account there that states this address as proven becomes one, because {domain} is verified.',
  'why.simulated.reset':
    'The link of {email} was reset: whoever logs in there waits until an administrator decides on the user’s page.',
} as const;
