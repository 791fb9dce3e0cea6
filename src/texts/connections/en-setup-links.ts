/** Pages and mails of setup links: read by an organization's IT person, who has no account and never saw the product. */
export const setupLinks = {
  'mail.setup-link.first.subject': 'Set up single sign-on for {organization}',
  'mail.setup-link.first.lead':
    '{inviter} asks you to prepare how people of {organization} log in to {product}: with the accounts they already have at your identity provider.',
  'mail.setup-link.reminder.subject': 'Reminder: set up single sign-on for {organization}',
  'mail.setup-link.reminder.lead':
    'The setup link you were sent for {organization} ends on {date, date, long}. What you entered so far is kept.',
  'mail.setup-link.what':
    'The pages show each step for your provider. It takes about fifteen minutes; you can stop and go on later. Nothing changes for anybody until an administrator turns on what you prepared.',
  'mail.setup-link.button': 'Open the setup pages',
  'mail.setup-link.valid': 'The link works until {date, date, long}.',
  'mail.setup-link.yours':
    'It is for this mailbox: each browser that opens it is asked for a code that we mail here. To let somebody else do it, ask for a link for them.',
  'mail.setup-link.unexpected': 'If you were not expecting this, ignore this mail: nothing happens without you.',
  'mail.setup-code.subject': '{code} is your code for the setup pages',
  'mail.setup-code.heading': 'Your code',
  'mail.setup-code.lead': 'Enter it on the page where you are setting up single sign-on.',
  'mail.setup-code.ignore':
    'If you did not just ask for it, ignore this mail and tell nobody the code: somebody else has opened your setup link.',
  'mail.draft.subject': 'Single sign-on for {organization} is ready to turn on',
  'mail.draft.lead':
    '{email} has prepared how people of {organization} log in: at {host}. The provider was asked and the settings hold.',
  'mail.draft.then':
    'Look at it in the console and press Turn on, or discard it. Until then everybody logs in as before.',
  'mail.draft.button': 'Look at the draft',
  'mail.draft.unexpected': 'If nobody asked {email} to prepare this, discard it.',

  'mail.next-secret.in-use.subject': 'The new client secret of {organization} is in use',
  'mail.next-secret.in-use.what':
    'People of {organization} log in to {product} with the client secret that you handed in by a setup link.',
  'mail.next-secret.in-use.then':
    'Keep the old one at your identity provider until {until, date, long}: so long an administrator can go back to it. Then delete it there.',
  'mail.next-secret.left.subject': 'The old client secret of {organization} is in use again',
  'mail.next-secret.left.what':
    'An administrator went back to the client secret before the one that you handed in by a setup link.',
  'mail.next-secret.left.then':
    'Keep both at your identity provider. A mail says when the new one is in use again; ask your administrator why it was left.',
  'mail.next-secret.why': 'You get this mail because the secret was handed in from your mailbox.',

  'setup-link.title': 'Set up single sign-on for {organization}',
  'setup-link.lead':
    'People of {organization} will log in to {product} with the accounts they already have. These pages show each step for your identity provider.',
  'setup-link.needs.time': 'About fifteen minutes. You can stop and go on later, also on another device.',
  'setup-link.needs.right': 'The right to register an application at your identity provider.',
  'setup-link.needs.dns': 'Better, but not needed: access to the DNS of your mail domain.',
  'setup-link.safe': 'Nothing changes for anybody until an administrator turns on what you prepare.',
  'setup-link.send-code': 'Mail me a code',
  'setup-link.send-code.why':
    'This link is for one mailbox. We mail a code to it, at {domain}, to make sure that it is you.',
  'setup-link.code.title': 'Check your mail',
  'setup-link.code.lead':
    'We mailed a code to the mailbox this link was made for, at {domain}. It is valid for 10 minutes.',
  'setup-link.code': 'Code',
  'setup-link.code.wrong':
    'That code isn’t right or has expired. Enter the newest code from your mail, or ask for another.',
  'setup-link.code.again': 'Mail me another code',
  'setup-link.continue': 'Continue',
  'setup-link.closed.title': 'This setup link cannot be used',
  'setup-link.closed.unknown':
    'There is no such link. Check that the address is complete, or ask whoever sent it for a new one.',
  'setup-link.closed.expired': 'Setup links are valid for 7 days. Ask whoever sent it for a new one.',
  'setup-link.closed.revoked': 'It was revoked. Ask whoever sent it whether you should go on.',
  'setup-link.closed.handed-over':
    'What was prepared with it was handed over. There is nothing more to do here: the administrator turns it on.',
  'setup-link.closed.turned-on': 'What was prepared with it was turned on. There is nothing more to do here.',
  'setup-link.closed.next-secret':
    'The client secret handed in with it was entered as the next one and is not in use yet. Keep the old one at your provider: a mail to you says when the new one is in use.',
  'setup-link.closed.secret-in-use':
    'The client secret handed in with it is in use. Keep the old one at your provider until {until, date, long}: so long the administrator can go back to it. Then delete it.',
  'setup-link.closed.discarded': 'What was prepared with it was discarded. Ask whoever sent it for a new link.',

  'setup-link.steps': 'Steps',
  'setup-link.step': 'Step {number} of {count}: {name}',
  'setup-link.step.provider': 'Provider',
  'setup-link.step.domain': 'Domain',
  'setup-link.step.guide': 'Guide',
  'setup-link.step.values': 'Values',
  'setup-link.step.test': 'Test',
  'setup-link.step.hand-over': 'Hand over',

  'setup-link.provider.title': 'Where do your people have their accounts?',
  'setup-link.provider.lead': 'Choose the provider that people of {organization} log in at every day.',

  'setup-link.domain.title': 'Verify your mail domain',
  'setup-link.domain.lead':
    'A record in DNS shows that the domain is yours. Addresses at it then lead to your login, and to nobody else’s. Mail and web of the domain are not touched.',
  'setup-link.domain.field': 'Mail domain',
  'setup-link.domain.help': 'The part after the @ in your people’s addresses.',
  'setup-link.domain.show': 'Show the record',
  'setup-link.domain.skip': 'Skip for now',
  'setup-link.domain.meanwhile': 'Go on meanwhile',
  'setup-link.domain.skip.help': 'It can be verified later, here or by an administrator.',
  'setup-link.domain.put': 'Add this record where the DNS of {domain} is hosted:',
  'setup-link.domain.host': 'The DNS of {domain} is hosted at {host}: add the record there.',
  'setup-link.domain.type': 'Type',
  'setup-link.domain.name': 'Name',
  'setup-link.domain.name.help': 'Most hosts append the domain by themselves. If yours wants the whole name: {name}',
  'setup-link.domain.value': 'Value',
  'setup-link.domain.check': 'Check now',
  'setup-link.domain.state.pending': 'Waiting for the record',
  'setup-link.domain.state.found':
    'The record of {domain} was found. The domain counts once your administrator turns on what you prepare; where people with addresses at it log in through other organizations, 72 hours later.',
  'setup-link.domain.state.waiting': '{domain} is proved and takes effect on {at}.',
  'setup-link.domain.waiting.why':
    'People with addresses at it log in through other organizations of {product}, and their administrators are told first. Leave the record in place and go on: everything else can be prepared meanwhile.',
  'setup-link.domain.state.verified': '{domain} is verified.',
  'setup-link.domain.state.grace': 'The record of {domain} was there and is missing now. Put it back.',
  'setup-link.domain.state.expired': 'The record was not found within 30 days. Check again to start anew.',
  'setup-link.domain.state.lost': '{domain} was verified and is no longer. Put this new record.',
  'setup-link.domain.next':
    'We look again by ourselves in {minutes, plural, one {# minute} other {# minutes}}. You need not wait here.',
  'setup-link.domain.other': 'Another domain',

  'setup-link.guide.title': 'Register {product} at {provider}',
  'setup-link.guide.title.other': 'Register {product} at your provider',
  'setup-link.guide.lead':
    'Keep this page open while you work on those of your provider, and do one step after the other.',
  'setup-link.guide.way.secret': 'Show me the way with a client secret',
  'setup-link.guide.way.none': 'Show me the way without a client secret',
  'setup-link.guide.way.certificate': 'Show me the way with a certificate',
  'setup-link.guide.way.private-key': 'Show me the way with a key (private_key_jwt)',
  'setup-link.guide.download': 'Download the certificate ({extension})',
  'setup-link.guide.thumbprint': 'Thumbprint',
  'setup-link.guide.key.too-many':
    'No more keys can be made for this organization now. Try again in an hour, or take another way.',
  'setup-link.guide.names-address':
    'If the address goes by another name there than <i>email</i>, tell your administrator that name.',
  'setup-link.guide.needed': 'You will need {values, plural, one {it} other {them}} on the next page.',
  'setup-link.guide.done': 'I have done this',
  'setup-link.guide.open': 'Open {host}',
  'setup-link.guide.picture': 'Sketch of the page: {what}',

  'setup-link.values.title': 'Enter what your provider shows',
  'setup-link.values.lead': 'We ask your provider at once whether it fits.',
  'setup-link.values.client-id': 'Client ID',
  'setup-link.values.client-id.entra': 'Application (client) ID',
  'setup-link.values.directory-id': 'Directory (tenant) ID',
  'setup-link.values.discovery-url': 'Discovery url',
  'setup-link.values.discovery-url.help':
    'The address of the issuer, with or without /.well-known/openid-configuration.',
  'setup-link.values.hosted-domain': 'Hosted domain',
  'setup-link.values.hosted-domain.help':
    'The domain of your Google Workspace. Google accounts of anybody else are refused.',
  'setup-link.values.secret': 'Client secret',
  'setup-link.values.secret.entra': 'Client secret (Value)',
  'setup-link.values.secret-expires': 'The secret expires on',
  'setup-link.values.secret-expires.help':
    'Optional: the day that the provider shows beside the secret, if any. Administrators are warned before it.',
  'setup-link.values.secret.help': 'It is kept sealed and never shown again.',
  'setup-link.values.secret.kept': 'A secret was entered. Leave this empty to keep it.',
  'setup-link.values.check': 'Check and continue',

  'setup-link.test.title': 'Test it',
  'setup-link.test.lead':
    'Log in at your provider once, as your people will. It shows what is missing there, logs nobody in here and changes nothing.',
  'setup-link.test.begin': 'Test now',
  'setup-link.test.again': 'Test again',
  'setup-link.test.left-out': 'Go on without a test',
  'setup-link.test.passed': 'The test passed: your provider and this service understand each other.',
  'setup-link.test.failed': 'The test did not pass.',
  'setup-link.settings-here.words': 'Edit Settings here',
  'setup-link.settings-here': '“Edit Settings here” is the step Values of these pages.',

  'setup-link.hand-over.title': 'Hand it over',
  'setup-link.hand-over.lead':
    'Your provider answers and the settings hold. An administrator gets a mail, looks at this and turns it on.',
  'setup-link.hand-over.provider': 'Provider',
  'setup-link.hand-over.issuer': 'Issuer',
  'setup-link.hand-over.client-id': 'Client ID',
  'setup-link.hand-over.directory-id': 'Directory (tenant) ID',
  'setup-link.hand-over.hosted-domain': 'Hosted domain',
  'setup-link.hand-over.credential': 'Credential',
  'setup-link.hand-over.credential.none': 'None',
  'setup-link.hand-over.credential.secret': 'Client secret, entered',
  'setup-link.hand-over.credential.certificate': 'Certificate, made here',
  'setup-link.hand-over.credential.private-key': 'Key (private_key_jwt), made here',
  'setup-link.hand-over.redirect': 'Redirect URL at your provider',
  'setup-link.hand-over.domain': 'Domain',
  'setup-link.hand-over.domain.none': 'None entered',
  'setup-link.hand-over.domain.verified': '{domain}, verified',
  'setup-link.hand-over.domain.waiting': '{domain}, proved, takes effect on {at}',
  'setup-link.hand-over.domain.pending': '{domain}, not verified yet',
  'setup-link.hand-over.test': 'Test',
  'setup-link.hand-over.test.passed': 'Passed',
  'setup-link.hand-over.test.failed': 'Not passed',
  'setup-link.hand-over.test.none': 'Not tested',
  'setup-link.hand-over.notes': 'Look at this before you hand it over',
  'setup-link.hand-over.after': 'After this nothing can be changed here.',
  'setup-link.hand-over.confirm': 'Hand over',
  'setup-link.handed-over.title': 'Handed over. Thank you!',
  'setup-link.handed-over.lead':
    'Those who administer {organization} were told. Until they turn it on, everybody logs in as before. You can close this page.',

  // Below the names of the providers
  'setup-provider.entra-id.note': 'Microsoft 365, formerly Azure Active Directory',
  'setup-provider.google-workspace.note': 'Gmail and Google accounts of your organization',
  'setup-provider.okta.note': 'Okta Workforce Identity',
  'setup-provider.keycloak.note': 'Your own, or Red Hat’s build of it',
  'setup-provider.auth0.note': 'Auth0 of your organization',
  'setup-provider.ping-one.note': 'PingOne environment of your organization',
  'setup-provider.one-login.note': 'OneLogin account of your organization',
  'setup-provider.jump-cloud.note': 'JumpCloud directory of your organization',
  'setup-provider.gitlab.note': 'GitLab of your organization, as provider of accounts',
  'setup-provider.any.note': 'One that is not listed here',
} as const;
