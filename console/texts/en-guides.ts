/** What stands around the guides beside the form *Authentication settings*; their steps are those of the setup pages. */
export const aroundGuides = {
  preset: 'Provider',
  'preset.help': 'Chooses the guide beside this form.',
  'guide.title.entra-id': 'Register an App in Microsoft Entra ID',
  'guide.title.any': 'Register an application at your provider',
  'guide.title': 'Register an application at {provider}',
  'guide.opens': 'Open {host}',
  'guide.values': 'Copy {values, plural, one {it} other {them}} into the form.',
  'guide.names-address':
    'If the address goes by another name there than <i>email</i>, enter that name as <i>Claim with the address</i> (Further settings).',
  'guide.consent-link':
    'For an app registered in another directory (<b>Accounts in any organizational directory</b>), an administrator of this directory opens the admin-consent link instead:',
  'guide.entra.with-secret': 'What if I want a secret?',
  'guide.entra.without-secret': 'What if I want no secret?',
  'guide.openid.with-secret': 'My provider wants a client secret',
  'guide.openid.without-secret': 'My provider works without a client secret',

  'guide.built-in.title': 'What people will see',
  'guide.built-in.1': 'An invitation leads to choosing a password.',
  'guide.built-in.2': 'Then they add a second proof: an authenticator app or a security key.',
  'guide.built-in.3': 'They keep recovery codes. From then on each login asks for both.',
  'guide.same-as-managing.title': 'What people will see',
  'guide.same-as-managing.1': 'They enter their email address here.',
  'guide.same-as-managing.2': 'They log in where the people of the managing organization do.',
  'guide.same-as-managing.3': 'When that organization changes its method, theirs changes with it.',
} as const;
