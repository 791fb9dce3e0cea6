/** The guides beside the form *Authentication settings*; `<b>` marks the words of the provider's own pages. */
export const guides = {
  'guide.entra.title': 'Register an App in Microsoft Entra ID',
  'guide.entra.open':
    'Open the <a>Microsoft Entra admin center</a>. In the menu choose <b>Entra ID</b> → <b>App registrations</b> (older menu: <b>Identity</b> → <b>Applications</b> → <b>App registrations</b>), and press <b>New registration</b>.',
  'guide.entra.name': '<b>Name</b>: {name}, or any other you will recognize.',
  'guide.entra.accounts': '<b>Supported account types</b>: Accounts in <b>this organizational directory only</b>.',
  'guide.entra.platform': 'Platform <b>Web</b>, Redirect URL:',
  'guide.entra.register': 'Press <b>Register</b>.',
  'guide.entra.client-id': 'On the Overview page, copy <b>Application (client) ID</b> into Client ID.',
  'guide.entra.directory-id': 'Copy <b>Directory (tenant) ID</b> into Directory, or check that it is the same.',
  'guide.entra.id-tokens':
    'Under <b>Authentication</b>, <b>Implicit grant and hybrid flows</b>, tick <b>ID tokens</b> and save. Leave Access tokens unticked.',
  'guide.entra.secret':
    '<b>Generate a client secret</b>: under <b>Certificates & secrets</b> → <b>Client secrets</b>, press <b>New client secret</b> and choose how long it lasts.',
  'guide.entra.certificate':
    'Under <b>Certificates & secrets</b> → <b>Certificates</b>, press <b>Upload certificate</b>, choose the file downloaded here and press <b>Add</b>. Compare the <b>Thumbprint</b>.',
  'guide.entra.federated':
    'Under <b>Certificates & secrets</b> → <b>Federated credentials</b>, press <b>Add credential</b>, choose <b>Other issuer</b>, and copy <b>Issuer</b>, <b>Subject identifier</b> (type: explicit) and <b>Audience</b> from the form. It works after some minutes.',
  'guide.entra.secret-value': 'Copy its <b>Value</b> (not the Secret ID) into Client secret. Microsoft shows it once.',
  'guide.entra.claims':
    '<b>Optional claims</b>: under <b>Token configuration</b>, press <b>Add optional claim</b>, choose <b>ID</b>, tick <b>acct</b>, <b>auth_time</b> and <b>email</b>, and press <b>Add</b>. With auth_time a fresh login confirms the changes of administrators.',
  'guide.entra.consent':
    'If people are asked for an approval: under <b>API permissions</b>, press <b>Grant admin consent</b>.',
  'guide.entra.consent-link':
    'For an app registered in another directory (<b>Accounts in any organizational directory</b>), an administrator of this directory opens the admin-consent link instead:',
  'guide.entra.assignment':
    'To let only some people in: under <b>Enterprise applications</b> → the app → <b>Properties</b>, set <b>Assignment required</b> to Yes, and add them under <b>Users and groups</b>.',
  'guide.entra.with-secret': 'What if I want a secret?',
  'guide.entra.without-secret': 'What if I want no secret?',

  'guide.openid.title': 'Register an application at your provider',
  'guide.openid.create': 'Create an application of type Web for OpenID Connect. Name: {name}.',
  'guide.openid.redirect': 'Redirect URL, sometimes called callback or sign-in redirect URI:',
  'guide.openid.flow.secret': 'Allow the <b>authorization code</b> flow with a <b>client secret</b>.',
  'guide.openid.flow.code':
    'Make it a <b>public client</b> (client authentication off, or <b>none</b>) and allow the <b>authorization code</b> flow with <b>PKCE</b>, method S256.',
  'guide.openid.flow.id-token':
    'Allow <b>ID tokens</b> (the implicit flow, response type <b>id_token</b>); they come by <b>form post</b>.',
  'guide.openid.scopes': 'Allow the scopes <b>openid</b>, <b>profile</b> and <b>email</b>.',
  'guide.openid.client-id': 'Copy the <b>client ID</b> into Client ID.',
  'guide.openid.private-key':
    'As client authentication choose <b>private_key_jwt</b> (signed JWT), and copy the address of the keys from the form into <b>JWKS URL</b>.',
  'guide.openid.secret': 'Copy the <b>client secret</b> into Client secret.',
  'guide.openid.discovery': 'Copy the <b>issuer</b> or the address of the discovery document into Discovery url.',
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
