/**
 * The guides, which the console and the setup pages show. `<b>` marks the words of the provider's own pages that are to be
 * pressed, chosen or copied, in the order in which `src/guides/` has them drawn; `<i>` marks words that are only named.
 */
export const guides = {
  'guide.entra-id.name': 'Microsoft Entra ID',
  'guide.entra-id.open':
    'Open the Microsoft Entra admin center. In the menu choose <b>App registrations</b> (below <i>Entra ID</i>, in older menus <i>Identity → Applications</i>) and press <b>New registration</b>.',
  'guide.entra-id.register':
    'Enter a <b>Name</b> that you will recognize, for example {product}. Below <i>Supported account types</i> choose <b>Accounts in this organizational directory only</b>.',
  'guide.entra-id.redirect':
    'Below <i>Redirect URI</i> choose the platform <b>Web</b>, and put this address into <b>Redirect URI</b>. Then press <b>Register</b>.',
  'guide.entra-id.ids':
    'The page <i>Overview</i> shows <b>Application (client) ID</b> and <b>Directory (tenant) ID</b>.',
  'guide.entra-id.id-tokens':
    'Choose <b>Authentication</b>. Below <i>Implicit grant and hybrid flows</i> tick <b>ID tokens</b> and press <b>Save</b>. Leave <i>Access tokens</i> unticked.',
  'guide.entra-id.secret':
    'Generate a client secret: choose <b>Certificates & secrets</b> and <b>Client secrets</b>, press <b>New client secret</b>, choose how long it lasts and press <b>Add</b>. Write down when it ends: you will need a new one by then.',
  'guide.entra-id.secret-value':
    'Its <b>Value</b>, not the <i>Secret ID</i>, is the client secret. Microsoft shows it this once.',
  'guide.entra-id.certificate':
    'Choose <b>Certificates & secrets</b> and <b>Certificates</b>, press <b>Upload certificate</b>, choose the file that you downloaded here and press <b>Add</b>. Compare the <i>Thumbprint</i>.',
  'guide.entra-id.federated':
    'Choose <b>Certificates & secrets</b> and <b>Federated credentials</b>, press <b>Add credential</b> and choose <b>Other issuer</b>. Copy <b>Issuer</b>, <b>Subject identifier</b> (type: explicit) and <b>Audience</b> from here. It works after some minutes.',
  'guide.entra-id.claims':
    'Choose <b>Token configuration</b>, press <b>Add optional claim</b>, choose <b>ID</b>, tick <b>acct</b>, <b>auth_time</b> and <b>email</b>, and press <b>Add</b>. With <i>auth_time</i> a fresh login confirms what administrators change.',
  'guide.entra-id.consent':
    'Choose <b>API permissions</b> and press <b>Grant admin consent</b>, so that nobody is asked for an approval at the first login.',
  'guide.entra-id.assignment':
    'Only if not everybody may log in: choose <b>Enterprise applications</b>, the app and its <b>Properties</b>, set <b>Assignment required</b> to Yes, and add people under <b>Users and groups</b>.',

  'guide.google-workspace.name': 'Google Workspace',
  'guide.google-workspace.discovery-url': 'The same for all organizations: https://accounts.google.com',
  'guide.google-workspace.audience':
    'Open the Google Cloud console with an administrator’s account, in any project of your organization. In the menu choose <b>Audience</b> (<i>Google Auth Platform</i>) and make sure that the user type is <b>Internal</b>: it admits your organization alone.',
  'guide.google-workspace.create':
    'Choose <b>Clients</b> and press <b>Create client</b>. Choose the application type <b>Web application</b>, and name it {product}.',
  'guide.google-workspace.redirect':
    'Below <i>Authorized redirect URIs</i> press <b>Add URI</b> and put this address into <b>URIs 1</b>. Then press <b>Create</b>.',
  'guide.google-workspace.values':
    'Google shows <b>Client ID</b>, which ends in apps.googleusercontent.com, and <b>Client secret</b>, this secret only now.',
  'guide.google-workspace.hosted-domain':
    'The Discovery url is https://accounts.google.com for everybody. So enter the domain of your organization as <i>Hosted domain</i> in the form.',

  'guide.okta.name': 'Okta',
  'guide.okta.discovery-url': 'Your Okta domain, as https://contoso.okta.com, without -admin.',
  'guide.okta.create':
    'Open your Okta Admin Console. In the menu choose <b>Applications</b> → <i>Applications</i> and press <b>Create App Integration</b>. Choose <b>OIDC - OpenID Connect</b> and <b>Web Application</b>, and name it {product}.',
  'guide.okta.create-public':
    'Open your Okta Admin Console. In the menu choose <b>Applications</b> → <i>Applications</i> and press <b>Create App Integration</b>. Choose <b>OIDC - OpenID Connect</b> and <b>Single-Page Application</b>, and name it {product}.',
  'guide.okta.redirect':
    'Leave the grant type <b>Authorization Code</b> ticked. Put this address into <b>Sign-in redirect URIs</b>, and remove what else stands there.',
  'guide.okta.assign':
    'Below <i>Assignments</i> choose who may log in, for example <b>Allow everyone in your organization to access</b>, and press <b>Save</b>.',
  'guide.okta.public':
    'In the tab <b>General</b>, below <i>Client Credentials</i>, the client authentication is <b>None</b> and <b>PKCE</b> is required.',
  'guide.okta.values':
    'The tab <b>General</b> shows <b>Client ID</b> and <b>Client secret</b>. The Discovery url is your Okta domain, as https://contoso.okta.com, without <i>-admin</i>.',
  'guide.okta.client-id':
    'The tab <b>General</b> shows <b>Client ID</b>. The Discovery url is your Okta domain, as https://contoso.okta.com, without <i>-admin</i>.',

  'guide.keycloak.name': 'Keycloak',
  'guide.keycloak.discovery-url': 'As https://keycloak.contoso.example/realms/contoso',
  'guide.keycloak.create':
    'Open the Keycloak admin console and the realm of your people. In the menu choose <b>Clients</b> and press <b>Create client</b>. Keep the type <b>OpenID Connect</b>, enter a <b>Client ID</b>, for example {product}, and press <i>Next</i>.',
  'guide.keycloak.confidential':
    'Below <i>Capability config</i> switch <b>Client authentication</b> on, and leave only <b>Standard flow</b> ticked.',
  'guide.keycloak.public':
    'Below <i>Capability config</i> leave <b>Client authentication</b> off, and only <b>Standard flow</b> ticked.',
  'guide.keycloak.id-token':
    'Below <i>Capability config</i> leave <b>Client authentication</b> off, and tick <b>Implicit flow</b>.',
  'guide.keycloak.redirect':
    'Below <i>Login settings</i> put this address into <b>Valid redirect URIs</b> and press <b>Save</b>. Leave the client scopes <i>profile</i> and <i>email</i> as they are: Default.',
  'guide.keycloak.values':
    'The tab <b>Credentials</b> shows the <b>Client Secret</b>. The <b>Client ID</b> is as you typed it.',
  'guide.keycloak.client-id': 'The <b>Client ID</b> is as you typed it.',
  'guide.keycloak.discovery':
    'Choose <b>Realm settings</b>. Below <i>Endpoints</i> the link <b>OpenID Endpoint Configuration</b> is the Discovery url.',

  'guide.auth0.name': 'Auth0',
  'guide.auth0.discovery-url': 'The Domain, as https://contoso.eu.auth0.com/',
  'guide.auth0.create':
    'Open the Auth0 Dashboard. In the menu choose <b>Applications</b> → <i>Applications</i> and press <b>Create Application</b>. Choose <b>Regular Web Applications</b>, and name it {product}.',
  'guide.auth0.redirect':
    'In the tab <i>Settings</i> put this address into <b>Allowed Callback URLs</b> and press <b>Save</b>.',
  'guide.auth0.algorithm':
    'Further down in this tab open <b>Advanced Settings</b> and choose <b>OAuth</b>. <i>JSON Web Token Signature Algorithm</i> must be <b>RS256</b>.',
  'guide.auth0.public': 'In the tab <b>Credentials</b> the authentication method is <b>None</b>.',
  'guide.auth0.people': 'In the tab <b>Connections</b> switch on those whose people may log in, and no other.',
  'guide.auth0.values':
    'The top of the tab <b>Settings</b> shows <b>Domain</b>, <b>Client ID</b> and <b>Client Secret</b>. The Discovery url is <i>Domain</i> with https:// before it.',
  'guide.auth0.client-id':
    'The top of the tab <b>Settings</b> shows <b>Domain</b> and <b>Client ID</b>. The Discovery url is <i>Domain</i> with https:// before it.',

  'guide.ping-one.name': 'PingOne',
  'guide.ping-one.discovery-url': 'It ends in /as, as https://auth.pingone.eu/…/as',
  'guide.ping-one.create':
    'Open the PingOne console and your environment. In the menu choose <b>Applications</b> → <i>Applications</i> and press <b>+</b>. Choose <b>OIDC Web App</b>, name it {product} and press <b>Save</b>.',
  'guide.ping-one.redirect':
    'In the tab <b>Configuration</b> edit the settings, and put this address into <b>Redirect URIs</b>.',
  'guide.ping-one.secret':
    'There too, tick the response type <b>Code</b> and the grant type <b>Authorization Code</b>. As <i>Token Auth Method</i> choose <b>Client Secret Basic</b> or Post, and press <b>Save</b>.',
  'guide.ping-one.public':
    'There too, tick the response type <b>Code</b> and the grant type <b>Authorization Code</b>. As <i>PKCE Enforcement</i> choose <b>S256_REQUIRED</b>, as <i>Token Auth Method</i> <b>None</b>, and press <b>Save</b>.',
  'guide.ping-one.claims':
    'In the tab <b>Attribute Mappings</b>, <i>sub</i> stays <b>User ID</b>; map <b>email</b> to the email address. Then switch the application on.',
  'guide.ping-one.values':
    'The tab <b>Overview</b> shows <b>Client ID</b> and <b>Client Secret</b>; <i>Configuration</i> → <i>URLs</i> shows <b>OIDC Discovery Endpoint</b>, which is the Discovery url.',
  'guide.ping-one.client-id':
    'The tab <b>Overview</b> shows <b>Client ID</b>; <i>Configuration</i> → <i>URLs</i> shows <b>OIDC Discovery Endpoint</b>, which is the Discovery url.',

  'guide.one-login.name': 'OneLogin',
  'guide.one-login.discovery-url': 'As https://contoso.onelogin.com/oidc/2',
  'guide.one-login.create':
    'Open OneLogin Administration. In the menu choose <b>Applications</b> and press <b>Add App</b>. Search for <b>OpenId Connect (OIDC)</b>, choose it, name it {product} and press <b>Save</b>.',
  'guide.one-login.redirect': 'In the tab <b>Configuration</b> put this address into <b>Redirect URI’s</b>.',
  'guide.one-login.secret':
    'In the tab <b>SSO</b> choose the application type <b>Web</b>, and as <i>Token Endpoint Authentication Method</i> <b>Basic</b> or POST. Press <b>Save</b>.',
  'guide.one-login.public':
    'In the tab <b>SSO</b> choose as <i>Token Endpoint Authentication Method</i> <b>None (PKCE)</b>, and press <b>Save</b>.',
  'guide.one-login.people':
    'In the tab <b>Access</b> choose the roles whose people may log in. Where their address is in another field than Email, map it under <i>Parameters</i>.',
  'guide.one-login.values':
    'The tab <b>SSO</b> shows <b>Client ID</b>, <b>Client Secret</b> and <b>Issuer URL</b>, which ends in /oidc/2 and is the Discovery url.',
  'guide.one-login.client-id':
    'The tab <b>SSO</b> shows <b>Client ID</b> and <b>Issuer URL</b>, which ends in /oidc/2 and is the Discovery url.',

  'guide.jump-cloud.name': 'JumpCloud',
  'guide.jump-cloud.discovery-url': 'https://oauth.id.jumpcloud.com/ or that of your region.',
  'guide.jump-cloud.create':
    'Open the JumpCloud Admin Portal. In the menu choose <b>SSO Applications</b> and press <b>Add New Application</b>. Choose <b>Custom Application</b>, then <b>Configure SSO with OIDC</b>, and name it {product}.',
  'guide.jump-cloud.redirect': 'In the tab <b>SSO</b> put this address into <b>Redirect URIs</b>.',
  'guide.jump-cloud.secret': 'As <i>Client Authentication Type</i> choose <b>Client Secret Basic</b> or Post.',
  'guide.jump-cloud.public': 'As <i>Client Authentication Type</i> choose <b>Public (None PKCE)</b>.',
  'guide.jump-cloud.claims': 'Below <i>Attribute Mapping</i> tick the scopes <b>Email</b> and <b>Profile</b>.',
  'guide.jump-cloud.people': 'In the tab <b>User Groups</b> choose who may log in, and press <b>Activate</b>.',
  'guide.jump-cloud.values': 'JumpCloud shows <b>Client ID</b> and <b>Client Secret</b>, this secret only now.',
  'guide.jump-cloud.client-id': 'JumpCloud shows the <b>Client ID</b>.',
  'guide.jump-cloud.discovery':
    'The Discovery url is https://oauth.id.jumpcloud.com/ or that of your region. Use this application for this organization alone.',

  'guide.gitlab.name': 'GitLab',
  'guide.gitlab.discovery-url': 'https://gitlab.com or the address of your instance.',
  'guide.gitlab.create':
    'Open GitLab as an owner of your group. In its menu choose <i>Settings</i> → <b>Applications</b> (own instance: <i>Admin</i> → <i>Applications</i>) and press <b>Add new application</b>. Enter the <b>Name</b> {product}.',
  'guide.gitlab.redirect': 'Put this address into <b>Redirect URI</b>, and keep <b>Confidential</b> ticked.',
  'guide.gitlab.redirect-public': 'Put this address into <b>Redirect URI</b>, and untick <b>Confidential</b>.',
  'guide.gitlab.scopes':
    'Tick the scopes <b>openid</b>, <b>profile</b> and <b>email</b>, and press <b>Save application</b>.',
  'guide.gitlab.values':
    'GitLab shows <b>Application ID</b>, which is the Client ID, and <b>Secret</b>, this secret only now.',
  'guide.gitlab.client-id': 'GitLab shows <b>Application ID</b>, which is the Client ID.',
  'guide.gitlab.discovery':
    'The Discovery url is https://gitlab.com or the address of your instance. gitlab.com serves everybody: people get in by invitation.',

  'guide.any.name': 'Any other with OpenID Connect',
  'guide.any.create':
    'At your provider register an application or client: a <b>web application</b> for <b>OpenID Connect</b>, named {product} or as you like.',
  'guide.any.redirect':
    'Put this address into the field for redirect URIs, often <b>Redirect URI</b>, <b>Callback URL</b> or sign-in redirect URI.',
  'guide.any.secret': 'Allow the <b>Authorization code</b> flow, and client authentication by a <b>client secret</b>.',
  'guide.any.public':
    'Make it a <b>public client</b> (client authentication off, or <b>none</b>) and allow the <b>authorization code</b> flow with <b>PKCE</b> (S256).',
  'guide.any.id-token':
    'Allow <b>ID tokens</b> (the implicit flow, response type <b>id_token</b>); they come by <b>form post</b>.',
  'guide.any.private-key':
    'As client authentication choose <b>private_key_jwt</b> (a signed JWT), and copy the address of our keys from here into <b>JWKS URL</b>.',
  'guide.any.scopes': 'Allow the scopes <b>openid</b>, <b>profile</b> and <b>email</b>.',
  'guide.any.values':
    'Note the <b>Client ID</b>, the <b>client secret</b>, and the <b>issuer</b> or the address of the discovery document: either is the Discovery url.',
  'guide.any.client-id':
    'Note the <b>Client ID</b>, and the <b>issuer</b> or the address of the discovery document: either is the Discovery url.',
} as const;
