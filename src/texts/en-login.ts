/** The pages a person meets: from the start page to *Your applications*. Sentences say what happened, then what to do. */
export const login = {
  'login.continue': 'Continue',
  'login.log-in': 'Log In',
  'login.log-in-again': 'Log in again',
  'login.back': 'Back to log in',
  'login.change': 'Change',
  'login.copy': 'Copy',
  'login.copied': 'Copied',
  'login.reference': 'Reference {reference}',
  'login.support': 'Questions? Ask {contact}.',
  'login.to-organization': 'You will log in to {organization}.',
  'login.to-application': 'to continue to {application}',
  'login.as': 'Logging in as {email}.',
  'login.not-you': 'Not you?',
  'login.another-way': 'Try another way',

  'login.start.title': 'Welcome to {product}',
  'login.start.lead': 'One login for all your applications.',
  'login.setup-missing': 'This service is not set up yet. Open the setup link that was printed when it was started.',

  'login.identify.title': 'Log in',
  'login.identify.email': 'Email address',
  'login.identify.note': 'Your organization decides how you log in.',
  'login.identify.trouble': 'Trouble logging in?',

  'login.password.title': 'Enter Your Password',
  'login.password.password': 'Password',
  'login.password.forgot': 'Forgot password',
  'login.password.wrong':
    'That email and password don’t match. Try again or reset your password. Not finished setting up your account? Open your invitation or setup link again.',

  'login.address-code.title': 'Check your mail',
  'login.address-code.lead': 'We have sent a code to {email}. Enter it to go on.',
  'login.address-code.code': 'Code from the mail',
  'login.address-code.wrong': 'That code isn’t right or has expired. Enter the newest code from your mail.',
  'login.address-code.again': 'Send a new code',
  'login.address-code.sent': 'A new code is on its way.',

  'login.choose-organization.title': 'Choose your organization',
  'login.choose-organization.lead': 'This address belongs to several organizations.',

  'login.choose-password.title': 'Choose a Password',
  'login.choose-password.lead': 'For {email} at {organization}.',
  'login.choose-password.keep-link':
    'Keep the link that brought you here until you have saved your recovery codes: only it goes on where you stopped.',
  'login.choose-password.password': 'New password',
  'login.choose-password.repeat': 'New password again',
  'login.choose-password.help': 'At least 12 characters. A few words in a row are easy to remember and hard to guess.',
  'login.choose-password.too-short': 'That is too short. Use at least 12 characters.',
  'login.choose-password.too-long': 'That is too long. Use at most 256 characters.',
  'login.choose-password.too-common': 'That is too easy to guess. Leave out names, years and the usual passwords.',
  'login.choose-password.different': 'The two passwords differ. Type the same one twice.',
  'login.choose-password.save': 'Save password',

  'login.enroll.title': 'Keep Your Account Safe',
  'login.enroll.lead':
    'Add a second proof that it is you. It takes about a minute, and you will be asked for it at every login.',
  'login.enroll.otp': 'Google Authenticator or similar',
  'login.enroll.otp-note': 'A six-digit code from an app on your phone',
  'login.enroll.security-key': 'Security Key',
  'login.enroll.security-key-note': 'A key, or this device’s fingerprint or face',
  'login.enroll.other': 'Choose another way',
  'login.enroll.name': 'Name of this authenticator',
  'login.enroll.otp-name': 'Authenticator app',
  'login.enroll.key-name': 'Security key',

  'login.enroll-otp.title': 'Google Authenticator or similar',
  'login.enroll-otp.step-install': 'Install an authenticator app on your phone, if you have none.',
  'login.enroll-otp.step-scan': 'Scan this code with it.',
  'login.enroll-otp.qr': 'QR code for your authenticator app',
  'login.enroll-otp.open': 'Open in the app on this device',
  'login.enroll-otp.no-scan': 'Can’t scan?',
  'login.enroll-otp.typed': 'Type this key into the app instead:',
  'login.enroll-otp.step-code': 'Enter the six-digit code it shows.',
  'login.enroll-otp.code': 'One-time code',

  'login.enroll-key.title': 'Security Key',
  'login.enroll-key.lead':
    'Your browser will ask you to touch your key, or to use this device’s fingerprint, face or PIN.',
  'login.enroll-key.add': 'Add security key',
  'login.enroll-key.failed': 'The key could not be added. Try again, or use an app.',
  'login.key.closed': 'The browser closed the request. Try again or use an app.',
  'login.key.unsupported': 'This browser cannot use security keys. Use an app.',
  'login.key.script': 'A security key needs JavaScript. Without it, use an authenticator app.',

  'login.recovery-codes.title': 'Save Your Recovery Codes',
  'login.recovery-codes.lead':
    'If you lose your phone or key, one of these codes lets you in. Each works once. They are shown now and never again.',
  'login.recovery-codes.download': 'Download',
  'login.recovery-codes.print': 'Print',
  'login.recovery-codes.saved': 'I’ve saved these codes',
  'login.recovery-codes.save-first': 'Save the codes, then tick the box.',
  'login.recovery-codes.file': 'Recovery codes of {email} at {product}. Each works once.',

  'login.second-factor.title': 'Confirm It’s You',
  'login.second-factor.code': 'One-time code',
  'login.second-factor.code-help': 'Six digits, from your authenticator app.',
  'login.second-factor.code-wrong': 'That code isn’t right or has expired. Enter the newest code from your app.',
  'login.second-factor.clock': 'Check that your phone’s clock is set automatically.',
  'login.second-factor.key': 'Use security key',
  'login.second-factor.key-lead': 'Touch your key, or use this device’s fingerprint, face or PIN.',
  'login.second-factor.key-wrong': 'That key didn’t work here. Try again, or try another way.',
  'login.second-factor.recovery': 'Recovery code',
  'login.second-factor.recovery-help': 'One of the ten codes you saved. Each works once.',
  'login.second-factor.recovery-wrong': 'That recovery code isn’t right or was used before. Try another one.',
  'login.second-factor.use-otp': 'Use an authenticator app',
  'login.second-factor.use-key': 'Use a security key',
  'login.second-factor.use-recovery': 'Use a recovery code',
  'login.second-factor.lost': 'Lost phone, key and codes? Ask your administrator for a reset.',
  'login.step-up.lead': 'This change needs a fresh proof that it is you.',
  'login.step-up.asked': '{application} asks for a stronger proof that it is you.',
  'login.select-account.title': 'Which account?',
  'login.select-account.lead': '{application} asks which account to use. You are logged in as {current}.',
  'login.select-account.lead-here': 'You are logged in as {current}.',
  'login.select-account.lead-other': '{application} expects {expected}. You are logged in as {current}.',
  'login.select-account.keep': 'Continue as {name}',
  'login.select-account.other': 'Use another account',
  'login.select-account.as': 'Log in as {email}',

  'login.switch-user.title': 'Log out first?',
  'login.switch-user.lead': 'You are logged in as {current}. Log out and go on as {next}?',
  'login.switch-user.yes': 'Log out and go on',
  'login.switch-user.no': 'Go on as {current}',

  'login.consent.title': 'Allow {application}?',
  'login.consent.lead': '{application}, by {owner}, asks for this about you:',
  'login.consent.calls-itself': 'It calls itself “{name}”.',
  'login.consent.asks': 'It asks for this about you:',
  'login.consent.nobody':
    'Nobody at your organization registered this application, and nobody checked it. Allow it only if you came from it yourself just now, and trust {host}.',
  'login.consent.own-machine':
    'The answer goes to a program on this computer ({host}). Any program here can pretend to be this application: go on only if you started it yourself.',
  'login.consent.resource': 'In {resource}, on your behalf:',
  'login.consent.device': 'The device that showed the code gets the answer.',
  'login.consent.host': 'You will be sent to {host}.',
  'login.consent.identifier': 'an identifier of your account here',
  'login.consent.openid': 'an identifier of your account here, your organization, your roles, and how you logged in',
  'login.consent.profile': 'your name and organization',
  'login.consent.email': 'your email address',
  'login.consent.email-unproven': 'your email address, once it is proven that it is yours',
  'login.consent.roles': 'your roles',
  'login.consent.offline_access': 'to stay connected while you are away',
  'login.consent.other': 'the permission “{scope}”',
  'login.consent.allow': 'Allow',
  'login.consent.deny': 'Don’t allow',

  'login.connection.title': 'Log in at your organization',
  'login.connection.changed.title': 'Log in another way',
  'login.connection.changed':
    '{organization} no longer logs in the way you just tried. Continue with the way it uses now.',
  'login.connection.unavailable': 'We can’t reach your organization’s login page. Try again in a few minutes.',

  'login.expired.title': 'This log-in page has expired',
  'login.expired.lead': 'Nothing is lost. Log in again, and you go on where you wanted to.',
  'login.elsewhere.title': 'You went on elsewhere',
  'login.elsewhere.lead': 'This step was done already or does not come next. Go on from where your login stands now.',
  'login.refused.title': 'You could not be logged in',
  'login.refused.lead': 'Your account may not log in here at the moment. Ask your administrator.',
  'login.refused.return': 'Back to {application}',
  'login.limited.title': 'One moment, please',
  'login.limited.hours': 'Too many attempts. Try again in {hours, plural, one {# hour} other {# hours}}.',
  'login.limited.lead': 'Too many attempts. Try again in {minutes, plural, one {# minute} other {# minutes}}.',
  'login.fault.title': 'That did not work',
  'login.nothing.title': 'There is nothing here',
  'login.nothing.lead': 'This address leads nowhere, or what it leads to is gone or not yours to see.',
  'login.fault.unknown-application':
    'The application that sent you here is not known to us. Go back to it and tell the people who run it that its client ID is no longer right, with the reference.',
  'login.fault.unregistered-application':
    'Your organization does not allow {application}: it is an application that nobody there registered. Ask an administrator of your organization, with this code: {code}.',
  'login.fault.client-document':
    'The application that sent you here is not registered, and what it publishes about itself cannot be taken. Tell the people who run it: {code}.',
  'login.fault.redirect-uri':
    '{application} asked us to send you back to an address that is not registered for it. You did nothing wrong: tell the people who run {application}, with the reference.',
  'login.fault.redirect-uri.own':
    'You were to be sent back to an address that is not registered. Tell your administrator, with the reference.',
  'login.fault.logout':
    'The application sent a logout request we cannot answer. You are still logged in here: log out with the button below.',
  'login.fault.logged-out':
    'The application sent a logout request we cannot answer. Nobody is logged in here in this browser.',
  'login.fault.application':
    '{application} sent a request we cannot answer. Go back to it and try again; if it stays, tell the people who run it, with the reference.',
  'login.fault.request':
    'The application sent a request we cannot answer. Go back to it and try again; if it stays, tell its administrator the reference.',

  'login.trouble.title': 'Trouble logging in?',
  'login.trouble.invited':
    'Never logged in here? You need an invitation: a mail “Welcome to {product}” with a button. Ask your administrator for one.',
  'login.trouble.unfinished':
    'Stopped before your account was set up? Open your invitation or setup link again: it goes on where you stopped.',
  'login.trouble.password': 'Forgot your password? Have a link sent to you.',
  'login.trouble.provider':
    'Your organization’s own login page refuses you? Its administrators can help you; we never see that password.',
  'login.trouble.factor': 'Lost your phone or key? Use a recovery code, or ask your administrator to reset them.',
  'login.trouble.emergency': 'Emergency access for administrators',

  'login.emergency.title': 'Emergency access',
  'login.emergency.lead':
    'For the few administrators who keep a password here, for when the identity provider of their organization fails. Each use is mailed and recorded.',
} as const;
