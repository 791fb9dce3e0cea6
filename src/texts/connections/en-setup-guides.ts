/**
 * The guides of the setup pages. `<b>` marks the words of the provider's own pages; the sketch beside a step is drawn from
 * them (`src/login/setup/providers.ts` says as what).
 */
export const setupGuides = {
  'setup-provider.entra-id': 'Microsoft Entra ID',
  'setup-provider.entra-id.note': 'Microsoft 365, formerly Azure Active Directory',
  'setup-provider.google': 'Google Workspace',
  'setup-provider.google.note': 'Gmail and Google accounts of your organization',
  'setup-provider.okta': 'Okta',
  'setup-provider.okta.note': 'Okta Workforce Identity',
  'setup-provider.keycloak': 'Keycloak',
  'setup-provider.keycloak.note': 'Your own, or Red Hat’s build of it',
  'setup-provider.auth0': 'Auth0',
  'setup-provider.auth0.note': 'Auth0 of your organization',
  'setup-provider.ping-one': 'PingOne',
  'setup-provider.ping-one.note': 'PingOne environment of your organization',
  'setup-provider.one-login': 'OneLogin',
  'setup-provider.one-login.note': 'OneLogin account of your organization',
  'setup-provider.jump-cloud': 'JumpCloud',
  'setup-provider.jump-cloud.note': 'JumpCloud directory of your organization',
  'setup-provider.gitlab': 'GitLab',
  'setup-provider.gitlab.note': 'GitLab of your organization, as provider of accounts',
  'setup-provider.other': 'Another provider',
  'setup-provider.other.note': 'Anything that speaks OpenID Connect',

  'setup-guide.entra.open':
    'Open the Microsoft Entra admin center. In the menu choose <b>App registrations</b> (below <i>Entra ID</i>, in older menus <i>Identity → Applications</i>) and press <b>New registration</b>.',
  'setup-guide.entra.name':
    'Enter a <b>Name</b> that you will recognize, and choose <b>Accounts in this organizational directory only</b>.',
  'setup-guide.entra.redirect':
    'Below <i>Redirect URI</i> choose <b>Web</b>, and put this address into <b>Redirect URI</b>. Then press <b>Register</b>.',
  'setup-guide.entra.ids':
    'The page <i>Overview</i> shows <b>Application (client) ID</b> and <b>Directory (tenant) ID</b>. You will need both on the next page.',
  'setup-guide.entra.id-tokens':
    'Choose <b>Authentication</b>, tick <b>ID tokens</b> and press <b>Save</b>. Leave <i>Access tokens</i> unticked.',
  'setup-guide.entra.secret':
    'Choose <b>Certificates & secrets</b> and press <b>New client secret</b>. Write down when it ends: you will need a new one by then.',
  'setup-guide.entra.secret-value': 'Copy its <b>Value</b>, not the <i>Secret ID</i>. Microsoft shows it this once.',
  'setup-guide.entra.claims':
    'Choose <b>Token configuration</b>, press <b>Add optional claim</b>, choose <b>ID</b>, tick <b>acct</b>, <b>auth_time</b> and <b>email</b>, and press <b>Add</b>.',
  'setup-guide.entra.consent':
    'Choose <b>API permissions</b> and press <b>Grant admin consent</b>, so that nobody is asked at the first login.',

  'setup-guide.google.audience':
    'Open the Google Cloud console with an administrator’s account, in any project of your organization. In the menu choose <b>Audience</b> (<i>Google Auth Platform</i>) and make sure that it is <b>Internal</b>.',
  'setup-guide.google.create':
    'Choose <b>Clients</b> and press <b>Create client</b>. Choose the application type <b>Web application</b>.',
  'setup-guide.google.redirect':
    'Below <i>Authorized redirect URIs</i> press <b>Add URI</b> and put this address into <b>URIs 1</b>. Then press <b>Create</b>.',
  'setup-guide.google.values': 'Copy <b>Client ID</b> and <b>Client secret</b>. You will need both on the next page.',

  'setup-guide.okta.create':
    'Open your Okta Admin Console. In the menu choose <b>Applications</b> and press <b>Create App Integration</b>. Choose <b>OIDC - OpenID Connect</b> and <b>Web Application</b>.',
  'setup-guide.okta.redirect': 'Put this address into <b>Sign-in redirect URIs</b>. Remove what else stands there.',
  'setup-guide.okta.assign':
    'Below <i>Assignments</i> choose who may log in, for example <b>Allow everyone in your organization to access</b>, and press <b>Save</b>.',
  'setup-guide.okta.values':
    'The tab <b>General</b> shows <b>Client ID</b> and <b>Client secret</b>. You will need both on the next page. The Discovery URL is your Okta domain, as https://contoso.okta.com, without <i>-admin</i>.',

  'setup-guide.keycloak.create':
    'Open the Keycloak admin console and the realm of your people. In the menu choose <b>Clients</b> and press <b>Create client</b>. Keep the type <b>OpenID Connect</b> and enter a <b>Client ID</b>.',
  'setup-guide.keycloak.authentication':
    'On the next page switch <b>Client authentication</b> on, and leave only <b>Standard flow</b> ticked.',
  'setup-guide.keycloak.redirect': 'Put this address into <b>Valid redirect URIs</b> and press <b>Save</b>.',
  'setup-guide.keycloak.values':
    'The tab <b>Credentials</b> shows <b>Client Secret</b>. You will need it, and the Client ID, on the next page.',
  'setup-guide.keycloak.discovery':
    'Choose <b>Realm settings</b> and copy the link <b>OpenID Endpoint Configuration</b>: it is the Discovery URL.',

  'setup-guide.auth0.create':
    'Open the Auth0 dashboard. In the menu choose <b>Applications</b> and press <b>Create Application</b>. Choose <b>Regular Web Applications</b>.',
  'setup-guide.auth0.redirect':
    'In the tab <i>Settings</i> put this address into <b>Allowed Callback URLs</b> and press <b>Save Changes</b>.',
  'setup-guide.auth0.algorithm':
    'Further down in this tab open <b>Advanced Settings</b> and choose <b>OAuth</b>. <i>JSON Web Token Signature Algorithm</i> must be <b>RS256</b>.',
  'setup-guide.auth0.values':
    'The top of the same tab shows <b>Domain</b>, <b>Client ID</b> and <b>Client Secret</b>. You will need all three on the next page. The Discovery URL is <i>Domain</i> with https:// before it.',
  'setup-guide.auth0.people': 'In the tab <b>Connections</b>, switch on those whose people may log in, and no other.',

  'setup-guide.ping-one.create':
    'Open the PingOne console and your environment. In the menu choose <b>Applications</b> and press <b>+</b>. Choose <b>OIDC Web App</b> and press <b>Save</b>.',
  'setup-guide.ping-one.redirect':
    'In the tab <b>Configuration</b> edit the settings, and put this address into <b>Redirect URIs</b>.',
  'setup-guide.ping-one.way':
    'There too, tick the response type <b>Code</b> and the grant type <b>Authorization Code</b>. Choose <b>Client Secret Basic</b> for <i>Token Auth Method</i>, and press <b>Save</b>.',
  'setup-guide.ping-one.claims':
    'In the tab <b>Attribute Mappings</b>, <i>sub</i> stays <b>User ID</b>; add <i>email</i> with the email address. Then switch the application on.',
  'setup-guide.ping-one.values':
    'The tab <b>Overview</b> shows <b>Client ID</b> and <b>Client Secret</b>; <i>Configuration</i> shows <b>OIDC Discovery Endpoint</b>, which is the Discovery URL. You will need all three on the next page.',

  'setup-guide.one-login.create':
    'Open OneLogin Administration. In the menu choose <b>Applications</b> and press <b>Add App</b>. Search for <b>OpenId Connect (OIDC)</b>, choose it and press <b>Save</b>.',
  'setup-guide.one-login.redirect': 'In the tab <b>Configuration</b> put this address into <b>Redirect URI’s</b>.',
  'setup-guide.one-login.way':
    'In the tab <b>SSO</b> choose the application type <b>Web</b>, and <b>Basic</b> for <i>Token Endpoint Authentication Method</i>. Press <b>Save</b>.',
  'setup-guide.one-login.people': 'In the tab <b>Access</b> choose the roles whose people may log in.',
  'setup-guide.one-login.values':
    'The tab <b>SSO</b> shows <b>Client ID</b>, <b>Client Secret</b> and <b>Issuer URL</b>, which ends in /oidc/2 and is the Discovery URL. You will need all three on the next page.',

  'setup-guide.jump-cloud.create':
    'Open the JumpCloud Admin Portal. In the menu choose <b>SSO Applications</b> and press <b>Add New Application</b>. Choose <b>Custom Application</b>, then <b>Configure SSO with OIDC</b>.',
  'setup-guide.jump-cloud.redirect': 'In the tab <b>SSO</b> put this address into <b>Redirect URIs</b>.',
  'setup-guide.jump-cloud.way':
    'Choose <b>Client Secret Basic</b> for <i>Client Authentication Type</i>. Below <i>Attribute Mapping</i> tick the scopes <b>Email</b> and <b>Profile</b>.',
  'setup-guide.jump-cloud.people': 'In the tab <b>User Groups</b> choose who may log in, and press <b>Activate</b>.',
  'setup-guide.jump-cloud.values':
    'JumpCloud shows <b>Client ID</b> and <b>Client Secret</b> once, now. You will need both on the next page. The Discovery URL is https://oauth.id.jumpcloud.com/ or that of your region.',

  'setup-guide.gitlab.create':
    'Open GitLab as an administrator or group owner. In the menu choose <b>Applications</b> and press <b>Add new application</b>.',
  'setup-guide.gitlab.redirect': 'Put this address into <b>Redirect URI</b>, and keep <b>Confidential</b> ticked.',
  'setup-guide.gitlab.scopes':
    'Tick the scopes <b>openid</b>, <b>profile</b> and <b>email</b>, and press <b>Save application</b>.',
  'setup-guide.gitlab.values':
    'Copy <b>Application ID</b> and <b>Secret</b>. You will need both on the next page. The Discovery URL is https://gitlab.com or the address of your instance.',

  'setup-guide.other.create':
    'At your provider register an application or client: a <b>web application</b> for <b>OpenID Connect</b>, named as you like.',
  'setup-guide.other.redirect':
    'Put this address into the field for redirect URIs, often <b>Redirect URI</b> or <b>Callback URL</b>.',
  'setup-guide.other.code':
    'Allow the <b>Authorization code</b> flow, and client authentication by a <b>client secret</b>.',
  'setup-guide.other.public':
    'Make it a <b>public client</b> (client authentication off, or <b>none</b>) and allow the <b>authorization code</b> flow with <b>PKCE</b> (S256).',
  'setup-guide.other.scopes': 'Allow the scopes <b>openid</b>, <b>profile</b> and <b>email</b>.',
  'setup-guide.other.values':
    'Note the <b>Client ID</b>, the client secret if there is one, and the <b>issuer</b> or discovery address. You will need them on the next page.',
} as const;
