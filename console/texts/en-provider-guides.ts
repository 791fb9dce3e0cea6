/** Guides for providers by OpenID Connect; `<b>` marks the words of the provider's own pages. */
export const providerGuides = {
  preset: 'Provider',
  'preset.help': 'Chooses the guide beside this form.',
  'preset.any': 'Any other with OpenID Connect',
  'preset.google-workspace': 'Google Workspace',
  'preset.okta': 'Okta',
  'preset.keycloak': 'Keycloak',
  'preset.auth0': 'Auth0',
  'preset.ping-one': 'PingOne',
  'preset.one-login': 'OneLogin',
  'preset.jump-cloud': 'JumpCloud',
  'preset.gitlab': 'GitLab',
  'guide.preset.title': 'Register an application at {provider}',

  'guide.google-workspace.open':
    'Open the Google Cloud console, <b>Google Auth Platform</b> → <b>Clients</b>, press <b>Create client</b> and choose <b>Web application</b>. Name: {name}.',
  'guide.google-workspace.redirect': 'Under <b>Authorized redirect URIs</b> press <b>Add URI</b> and paste:',
  'guide.google-workspace.secret': 'Press <b>Create</b>. Copy the secret now: Google shows it once.',
  'guide.google-workspace.none':
    'Google gives a web application no code without a secret: choose Credential Client secret.',
  'guide.google-workspace.people': 'Under <b>Audience</b>, user type <b>Internal</b> admits your organization alone.',
  'guide.google-workspace.client-id': 'Copy <b>Client ID</b> (it ends in apps.googleusercontent.com) into Client ID.',
  'guide.google-workspace.discovery-url': 'The same for all organizations: https://accounts.google.com',
  'guide.google-workspace.discovery':
    'Discovery url stays https://accounts.google.com. Enter your domain as <b>Hosted domain</b>.',

  'guide.okta.open':
    'Open the Okta Admin Console, <b>Applications</b> → <b>Applications</b>, press <b>Create App Integration</b> and choose <b>OIDC</b>; with a client secret <b>Web Application</b>, without one <b>Single-Page Application</b>. Name: {name}.',
  'guide.okta.redirect': 'Under <b>Sign-in redirect URIs</b> paste:',
  'guide.okta.secret':
    'Grant type: leave <b>Authorization Code</b> ticked. After saving, the secret stands under <b>General</b> → <b>Client Credentials</b>.',
  'guide.okta.none':
    'Grant type: leave <b>Authorization Code</b> ticked. Under <b>Client Credentials</b>, Client authentication is <b>None</b> and <b>PKCE</b> is required.',
  'guide.okta.people': 'Under <b>Assignments</b>, assign the people or groups who may log in.',
  'guide.okta.client-id': 'Copy <b>Client ID</b> from the tab <b>General</b> into Client ID.',
  'guide.okta.discovery-url': 'Your Okta domain, as https://contoso.okta.com, without -admin.',
  'guide.okta.discovery': 'Enter your Okta domain as Discovery url, without <b>-admin</b> in it.',

  'guide.keycloak.open':
    'In the admin console choose your realm, <b>Clients</b> → <b>Create client</b>, Client type <b>OpenID Connect</b>. Client ID: {name}, or any other. Press <b>Next</b>.',
  'guide.keycloak.redirect': 'Under <b>Login settings</b> → <b>Valid redirect URIs</b>, paste:',
  'guide.keycloak.secret':
    'Under <b>Capability config</b>, switch <b>Client authentication</b> on and leave <b>Standard flow</b> ticked. The secret stands in the tab <b>Credentials</b>.',
  'guide.keycloak.none':
    'Under <b>Capability config</b>, leave <b>Client authentication</b> off and <b>Standard flow</b> ticked.',
  'guide.keycloak.id-token':
    'Under <b>Capability config</b>, leave <b>Client authentication</b> off and tick <b>Implicit flow</b>.',
  'guide.keycloak.people': 'Leave the client scopes <b>profile</b> and <b>email</b> as they are: Default.',
  'guide.keycloak.client-id': 'Copy <b>Client ID</b> as you typed it into Client ID.',
  'guide.keycloak.discovery-url': 'As https://keycloak.contoso.example/realms/contoso',
  'guide.keycloak.discovery':
    'Under <b>Realm settings</b> → <b>Endpoints</b>, copy the link <b>OpenID Endpoint Configuration</b> into Discovery url.',

  'guide.auth0.open':
    'Open the Auth0 Dashboard, <b>Applications</b> → <b>Applications</b>, press <b>Create Application</b> and choose <b>Regular Web Application</b>. Name: {name}.',
  'guide.auth0.redirect': 'In <b>Settings</b>, under <b>Allowed Callback URLs</b>, paste, and press <b>Save</b>:',
  'guide.auth0.secret':
    'Under <b>Settings</b> → <b>Advanced Settings</b> → <b>OAuth</b>, JSON Web Token Signature Algorithm must be <b>RS256</b>.',
  'guide.auth0.none':
    'In the tab <b>Credentials</b>, Authentication Method: <b>None</b>. Under <b>Advanced Settings</b> → <b>OAuth</b>, the algorithm must be <b>RS256</b>.',
  'guide.auth0.people': 'In the tab <b>Connections</b>, switch on those whose people may log in, and no other.',
  'guide.auth0.client-id': 'Copy <b>Client ID</b> from <b>Settings</b> into Client ID.',
  'guide.auth0.discovery-url': 'The Domain, as https://contoso.eu.auth0.com/',
  'guide.auth0.discovery': 'Copy <b>Domain</b> from <b>Settings</b> into Discovery url, with https:// before it.',

  'guide.ping-one.open':
    'Open the PingOne console, <b>Applications</b> → <b>Applications</b>, press <b>+</b> and choose <b>OIDC Web App</b>. Name: {name}.',
  'guide.ping-one.redirect': 'In the tab <b>Configuration</b>, under <b>Redirect URIs</b>, paste:',
  'guide.ping-one.secret':
    'Response type <b>Code</b>, grant type <b>Authorization Code</b>, Token Auth Method <b>Client Secret Basic</b> or <b>Post</b>.',
  'guide.ping-one.none':
    'Response type <b>Code</b>, grant type <b>Authorization Code</b>, PKCE Enforcement <b>S256_REQUIRED</b>, Token Auth Method <b>None</b>.',
  'guide.ping-one.people':
    'In <b>Attribute Mappings</b>, sub stays <b>User ID</b> and email is mapped; then switch the application on.',
  'guide.ping-one.client-id': 'Copy <b>Client ID</b> from the tab <b>Overview</b> into Client ID.',
  'guide.ping-one.discovery-url': 'It ends in /as, as https://auth.pingone.eu/…/as',
  'guide.ping-one.discovery':
    'Copy <b>OIDC Discovery Endpoint</b> from <b>Configuration</b> → URLs into Discovery url.',

  'guide.one-login.open':
    'Open OneLogin Administration, <b>Applications</b> → <b>Add App</b>, search <b>OpenId Connect (OIDC)</b> and save it as {name}.',
  'guide.one-login.redirect': 'In <b>Configuration</b>, under <b>Redirect URI’s</b>, paste:',
  'guide.one-login.secret':
    'In <b>SSO</b>, Application Type <b>Web</b>, Token Endpoint Authentication Method <b>Basic</b> or <b>POST</b>.',
  'guide.one-login.none': 'In <b>SSO</b>, Token Endpoint Authentication Method <b>None (PKCE)</b>.',
  'guide.one-login.people': 'In <b>Access</b>, choose the roles whose people may log in.',
  'guide.one-login.client-id': 'Copy <b>Client ID</b> from <b>SSO</b> into Client ID.',
  'guide.one-login.discovery-url': 'As https://contoso.onelogin.com/oidc/2',
  'guide.one-login.discovery': 'Copy <b>Issuer URL</b> from <b>SSO</b> into Discovery url. It ends in /oidc/2.',

  'guide.jump-cloud.open':
    'Open the JumpCloud Admin Portal, <b>SSO Applications</b> → <b>Add New Application</b> → <b>Custom Application</b>, and choose <b>Configure SSO with OIDC</b>. Name: {name}.',
  'guide.jump-cloud.redirect': 'In the tab <b>SSO</b>, under <b>Redirect URIs</b>, paste:',
  'guide.jump-cloud.secret':
    'Client Authentication Type <b>Client Secret Basic</b> or <b>Post</b>. The secret is shown once, after activating.',
  'guide.jump-cloud.none': 'Client Authentication Type <b>Public (None PKCE)</b>.',
  'guide.jump-cloud.people':
    'Under Attribute Mapping, tick the scopes <b>Email</b> and <b>Profile</b>; in <b>User Groups</b>, choose who may log in.',
  'guide.jump-cloud.client-id': 'Copy <b>Client ID</b> into Client ID. Use it for this organization alone.',
  'guide.jump-cloud.discovery-url': 'https://oauth.id.jumpcloud.com/ or that of your region.',
  'guide.jump-cloud.discovery': 'Discovery url stays as it is, unless your region has another address.',

  'guide.gitlab.open':
    'In your group: <b>Settings</b> → <b>Applications</b> → <b>Add new application</b> (own instance: <b>Admin</b> → <b>Applications</b>). Name: {name}.',
  'guide.gitlab.redirect': 'Under <b>Redirect URI</b> paste:',
  'guide.gitlab.secret': 'Leave <b>Confidential</b> ticked. The secret is shown once, after saving.',
  'guide.gitlab.none': 'Untick <b>Confidential</b>.',
  'guide.gitlab.people': 'Tick the scopes <b>openid</b>, <b>profile</b> and <b>email</b>, and save.',
  'guide.gitlab.client-id': 'Copy <b>Application ID</b> into Client ID.',
  'guide.gitlab.discovery-url': 'https://gitlab.com or the address of your instance.',
  'guide.gitlab.discovery':
    'For an instance of your own, enter its address as Discovery url. gitlab.com serves everybody: people get in by invitation.',
} as const;
