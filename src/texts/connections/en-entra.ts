/**
 * Errors of Entra ID by their number (AADSTS…), for the administrator: what happened, and where to change what. Paths are
 * those of the Microsoft Entra admin center; `{clientId}`, `{directoryId}` and `{redirectUrl}` are those of the connection,
 * `{correlation}` is what Microsoft's sign-in logs find the login by.
 */
export const entra = {
  'login.consented.title': 'Back from Microsoft',
  'login.consented.lead':
    'If you agreed there, the application may log in the people of your directory. Tell whoever asked you, and close this page. Nothing was changed in {product}.',

  'connection.entra.client-id.what': 'This is not a Client ID of Entra ID.',
  'connection.entra.client-id.fix':
    'Copy “Application (client) ID” from App registrations → the app → Overview: 32 hexadecimal digits in five groups.',
  'connection.entra.secret-id.what': 'The client secret entered has the form of a Secret ID.',
  'connection.entra.secret-id.fix':
    'If it is one, go back: App registrations → the app → Certificates & secrets → Client secrets, copy the Value of the secret, not its Secret ID. A Value is shown once; if it is gone, make a new secret.',
  'connection.entra.address-claim.what':
    'This Discovery url is Microsoft’s: the method becomes Entra ID, which has the address in claims of its own. The claim {found} is not used for it.',
  'connection.entra.address-claim.fix': 'Empty Claim with the address, and see by Test which address comes.',
  'connection.entra.directory.what': 'This is neither a Directory (tenant) ID nor a domain of a directory.',
  'connection.entra.directory.fix':
    'Copy “Directory (tenant) ID” from App registrations → the app → Overview, or enter a domain of the directory, as contoso.example.',
  'connection.entra.common.what':
    'The address stands for every directory of Microsoft (common, organizations, consumers), and only people of one directory may log in.',
  'connection.entra.common.fix':
    'App registrations → the app → Overview: put the Directory (tenant) ID in the place of that word, as https://login.microsoftonline.com/DIRECTORY-ID/v2.0, or choose the method Entra ID and enter it as Directory.',
  'connection.entra.unreachable.what': 'Microsoft’s login service does not answer.',
  'connection.entra.unreachable.fix':
    'Open {endpoint} in a browser. If it answers there, the network of {product} does not let it out to that host on port 443; otherwise try again in a few minutes.',

  // The registration and the settings here.
  'connection.entra.50011.what': 'The Redirect URL is not registered in Entra ID (AADSTS50011, AADSTS900971).',
  'connection.entra.50011.fix':
    'App registrations → the app with Client ID {clientId} → Authentication → platform Web → Redirect URIs: add {redirectUrl}, letter for letter, and save.',
  'connection.entra.700016.what':
    'Entra ID does not know the Client ID {clientId} in the directory {directoryId} (AADSTS700016).',
  'connection.entra.700016.fix':
    'App registrations → the app → Overview: copy Application (client) ID into Client ID, and Directory (tenant) ID into Directory, in Edit Settings here. If the app is registered in another directory, register it in this one.',
  'connection.entra.7000112.what': 'The application is disabled in Entra ID (AADSTS7000112, AADSTS70001).',
  'connection.entra.7000112.fix':
    'Enterprise applications → the app with Client ID {clientId} → Properties: set “Enabled for users to sign-in?” to Yes, and save.',
  'connection.entra.90002.what': 'There is no directory {directoryId} in this cloud of Microsoft (AADSTS90002).',
  'connection.entra.90002.fix':
    'App registrations → the app → Overview: copy Directory (tenant) ID into Directory, in Edit Settings here. If it is the same, choose the cloud of the directory there: global, US Government or China.',
  'connection.entra.90038.what':
    'The directory {directoryId} lives in another cloud of Microsoft (AADSTS90038, AADSTS900382, AADSTS900432).',
  'connection.entra.90038.fix':
    'Edit Settings here → Cloud: choose US Government for a directory whose admin center is entra.microsoft.us, China for portal.azure.cn, global for entra.microsoft.com.',
  'connection.entra.50194.what':
    'The application belongs to one directory alone, and the request did not name that directory (AADSTS50194).',
  'connection.entra.50194.fix':
    'Edit Settings here → Directory: enter Directory (tenant) ID from App registrations → the app → Overview.',
  'connection.entra.700054.what': 'ID tokens are not switched on for the application (AADSTS700054).',
  'connection.entra.700054.fix':
    'App registrations → the app with Client ID {clientId} → Authentication → Implicit grant and hybrid flows: tick ID tokens, and save. Or enter a client secret in Edit Settings here: then none is needed.',
  'connection.entra.650057.what':
    'The application asks for something that its registration does not list (AADSTS650057, AADSTS650056, AADSTS500011).',
  'connection.entra.650057.fix':
    'App registrations → the app with Client ID {clientId} → API permissions → Add a permission → Microsoft Graph → Delegated permissions: tick openid, profile and email, then press Grant admin consent.',
  'connection.entra.65001.what': 'Nobody has agreed yet that the application may log people in (AADSTS65001).',
  'connection.entra.65001.fix':
    'App registrations → the app with Client ID {clientId} → API permissions: press Grant admin consent. For an app registered in another directory, open the admin-consent link in Edit Settings here as an administrator of the directory.',
  'connection.entra.90094.what':
    'The directory lets only administrators agree to applications, and none has agreed yet (AADSTS90094, AADSTS90095).',
  'connection.entra.90094.fix':
    'App registrations → the app with Client ID {clientId} → API permissions: press Grant admin consent. For an app registered in another directory, open the admin-consent link in Edit Settings here as an administrator of the directory.',
  'connection.entra.50146.what':
    'The application has a claims-mapping policy, and such an application must have a signing key of its own (AADSTS50146).',
  'connection.entra.50146.fix':
    'Enterprise applications → the app with Client ID {clientId} → Single sign-on: give it a signing key of its own or remove the claims-mapping policy, then tick “The application signs with keys of its own” in Edit Settings here.',
  'connection.entra.7000215.what': 'The client secret is wrong (AADSTS7000215, AADSTS70002).',
  'connection.entra.7000215.fix':
    'App registrations → the app with Client ID {clientId} → Certificates & secrets → Client secrets → New client secret: copy its Value, not its Secret ID, into Client secret in Edit Settings here.',
  'connection.entra.7000222.what': 'The client secret has expired (AADSTS7000222).',
  'connection.entra.7000222.fix':
    'App registrations → the app with Client ID {clientId} → Certificates & secrets → Client secrets → New client secret: copy its Value into Client secret in Edit Settings here, with the day it expires.',
  'connection.entra.7000218.what': 'Entra ID wants a credential of this application (AADSTS7000218).',
  'connection.entra.7000218.fix':
    'Edit Settings here → Credential: choose Client secret and enter one. Or go without: App registrations → the app with Client ID {clientId} → Authentication → Implicit grant and hybrid flows: tick ID tokens, and choose None here.',
  'connection.entra.700025.what':
    'The Redirect URL is registered for a public client, which may have no credential (AADSTS700025).',
  'connection.entra.700025.fix':
    'App registrations → the app with Client ID {clientId} → Authentication: remove {redirectUrl} from “Mobile and desktop applications” and add it under platform Web.',
  'connection.entra.9002327.what': 'The Redirect URL is registered for a single-page application (AADSTS9002327).',
  'connection.entra.9002327.fix':
    'App registrations → the app with Client ID {clientId} → Authentication: remove {redirectUrl} from “Single-page application” and add it under platform Web.',
  'connection.entra.700027.what':
    'Entra ID does not know the certificate of this connection (AADSTS700027, AADSTS50012, AADSTS700030).',
  'connection.entra.700027.fix':
    'App registrations → the app with Client ID {clientId} → Certificates & secrets → Certificates → Upload certificate: upload the current certificate of Edit Settings here → Credential → Certificate, and compare the thumbprint. If a new certificate was taken into use before it was uploaded, press “Use again” at the previous one.',
  'connection.entra.70021.what':
    'Entra ID found no federated credential that fits, or could not read the keys of its issuer (AADSTS70021).',
  'connection.entra.70021.fix':
    'App registrations → the app with Client ID {clientId} → Certificates & secrets → Federated credentials: compare Issuer, Subject and Audience letter for letter with Edit Settings here → Credential → Federated credential. The issuer’s address must be reachable from the internet; a new credential takes some minutes to work.',

  // The person.
  'connection.entra.50020.what':
    'The account is not in the directory {directoryId} (AADSTS50020, AADSTS51004, AADSTS16000, AADSTS16003, AADSTS90072).',
  'connection.entra.50020.fix':
    'The person chooses “Use another account” on Microsoft’s page. Somebody of another directory is invited first: Users → New user → Invite external user.',
  'connection.entra.50105.what': 'The person is not assigned to the application (AADSTS50105).',
  'connection.entra.50105.fix':
    'Enterprise applications → the app with Client ID {clientId} → Users and groups → Add user/group: the person, or a group the person is a direct member of. Or let everybody in: Properties → “Assignment required?” = No.',
  'connection.entra.65004.what': 'The person pressed Cancel where Microsoft asks for consent (AADSTS65004).',
  'connection.entra.65004.fix':
    'The person logs in again and accepts. Or spare everybody the question: App registrations → the app with Client ID {clientId} → API permissions: press Grant admin consent.',
  'connection.entra.50126.what':
    'Microsoft did not accept the account or its password: wrong, unknown, locked, expired or disabled (AADSTS50126, AADSTS50034, AADSTS50053, AADSTS50055, AADSTS50056, AADSTS50057).',
  'connection.entra.50126.fix':
    'Users → the person → Sign-in logs says which. “Reset password” there sets a new one; Properties → “Account enabled” = Yes lets a disabled account in.',
  'connection.entra.50058.what': 'Nobody was logged in at Microsoft, and it was asked to show no page (AADSTS50058).',
  'connection.entra.50058.fix':
    'The person presses Log In again: Microsoft’s login page then appears. No setting has to change.',
  'connection.entra.50140.what':
    'Microsoft asked something on its page, and the answer is missing (AADSTS50140, AADSTS50199).',
  'connection.entra.50140.fix':
    'The person logs in again and answers “Stay signed in?” or “Are you trying to sign in to …?” there. No setting has to change.',
  'connection.entra.50076.what':
    'Microsoft asks for a second factor, or for one to be set up (AADSTS50076, AADSTS50072, AADSTS50074, AADSTS50079).',
  'connection.entra.50076.fix':
    'The person logs in again and completes it on Microsoft’s page; to set one up: https://aka.ms/mfasetup. Who lost it: Users → the person → Authentication methods → Require re-register multifactor authentication.',

  // Rules of the directory.
  'connection.entra.500021.what':
    'A rule between two directories does not let the person in (Tenant restrictions or cross-tenant access: AADSTS500021, AADSTS500022, AADSTS500212, AADSTS500213).',
  'connection.entra.500021.fix':
    'External Identities → Cross-tenant access settings → Organizational settings: allow the person’s directory and the app with Client ID {clientId}. Tenant restrictions of the person’s own network are changed there, by its administrators: allow the directory {directoryId}.',
  'connection.entra.53003.what':
    'A Conditional Access policy of the directory blocked the login (AADSTS53003, AADSTS50005, AADSTS50131).',
  'connection.entra.53003.fix':
    'Monitoring & health → Sign-in logs: find the Correlation ID {correlation}; its tab Conditional Access names the policy. Change it, or exclude the person or the app, under Protection → Conditional Access → Policies.',
  'connection.entra.53000.what':
    'A Conditional Access policy wants a device that is compliant, joined or an approved app (AADSTS53000, AADSTS53001, AADSTS53002).',
  'connection.entra.53000.fix':
    'The person logs in on a managed device. Monitoring & health → Sign-in logs: the Correlation ID {correlation} shows which policy; change it under Protection → Conditional Access → Policies → Grant.',
  'connection.entra.530032.what': 'A security policy of the directory blocked the login (AADSTS530032, AADSTS530035).',
  'connection.entra.530032.fix':
    'Monitoring & health → Sign-in logs: the Correlation ID {correlation} names it. Security defaults stand under Identity → Overview → Properties → Manage security defaults; policies under Protection → Conditional Access.',
  'connection.entra.50097.what':
    'The directory asks that the device authenticates itself (AADSTS50097, AADSTS50129, AADSTS50155, AADSTS50187).',
  'connection.entra.50097.fix':
    'The person registers the device: Settings → Accounts → Access work or school → Connect, then logs in again. Which devices are known: Devices → All devices.',

  // What passes, or takes a new login.
  'connection.entra.54005.what': 'The authorization code was redeemed before (AADSTS54005).',
  'connection.entra.54005.fix': 'The person logs in again; mostly the answer was sent twice. No setting has to change.',
  'connection.entra.70008.what':
    'What Microsoft gave for this login has expired (AADSTS70008, AADSTS70000, AADSTS50089).',
  'connection.entra.70008.fix': 'The person logs in again, within 10 minutes. No setting has to change.',
  'connection.entra.50196.what': 'Microsoft saw the same browser ask too often in a short time (AADSTS50196).',
  'connection.entra.50196.fix':
    'The person waits 5 minutes, closes the browser’s other tabs of this login, and logs in again. No setting has to change.',
  'connection.entra.50000.what':
    'Microsoft’s login service had a fault of its own (AADSTS50000, AADSTS50033, AADSTS90006, AADSTS90012, AADSTS90024, AADSTS90033).',
  'connection.entra.50000.fix':
    'Log in again in a few minutes. If it goes on: Help + support → New support request at Microsoft, with the Correlation ID {correlation}.',

  // Our own request.
  'connection.entra.50059.what':
    'Entra ID could not tell which directory the request was for (AADSTS50059, AADSTS50128, AADSTS90019).',
  'connection.entra.50059.fix':
    'Edit Settings here → Directory: must be the Directory (tenant) ID of App registrations → the app → Overview. If it is, tell the operator of {product} the Correlation ID {correlation}: its request was wrong.',
  'connection.entra.70005.what':
    'Entra ID does not give this application the kind of answer it was asked for (AADSTS70005, AADSTS70007).',
  'connection.entra.70005.fix':
    'App registrations → the app with Client ID {clientId} → Authentication: {redirectUrl} must stand under platform Web. If it does, tell the operator of {product} the Correlation ID {correlation}: its request was wrong.',
  'connection.entra.70011.what':
    'Entra ID does not know a scope of the request (AADSTS70011, AADSTS28002, AADSTS28003).',
  'connection.entra.70011.fix':
    'Asked are openid, profile and email: App registrations → the app with Client ID {clientId} → API permissions must list them under Microsoft Graph. If it does, tell the operator of {product} the Correlation ID {correlation}.',
  'connection.entra.90015.what': 'The request to Entra ID was too long (AADSTS90015).',
  'connection.entra.90015.fix':
    'The person logs in again at the address of {product} itself. If it goes on, tell its operator the Correlation ID {correlation}: a request of this service is never that long unless a proxy adds to it.',
  'connection.entra.501481.what':
    'The proof that belongs to the authorization code (PKCE) did not fit (AADSTS501481, AADSTS50147, AADSTS501491).',
  'connection.entra.501481.fix':
    'The person logs in again: a code of another login was sent. If it goes on, tell the operator of {product} the Correlation ID {correlation}.',
  'connection.entra.700005.what':
    'The authorization code was given by another directory than {directoryId} (AADSTS700005).',
  'connection.entra.700005.fix':
    'The person logs in again with an account of this directory. Edit Settings here → Directory: must be the Directory (tenant) ID of App registrations → the app → Overview.',
  'connection.entra.900144.what':
    'Entra ID found the request malformed (AADSTS900144, AADSTS90014, AADSTS90056, AADSTS900561, AADSTS9002313).',
  'connection.entra.900144.fix':
    'The person logs in again and does not use the Back button on Microsoft’s page. If it goes on, tell the operator of {product} the Correlation ID {correlation}: its request was wrong.',
  'why.place.entra-registration': 'Entra admin center → App registrations → the app',
  'why.place.entra-overview': 'Entra admin center → App registrations → the app → Overview',
  'why.place.entra-authentication': 'Entra admin center → App registrations → the app → Authentication',
  'why.place.entra-secrets': 'Entra admin center → App registrations → the app → Certificates & secrets',
  'why.place.entra-certificates':
    'Entra admin center → App registrations → the app → Certificates & secrets → Certificates',
  'why.place.entra-federated':
    'Entra admin center → App registrations → the app → Certificates & secrets → Federated credentials',
  'why.place.entra-permissions': 'Entra admin center → App registrations → the app → API permissions',
  'why.place.entra-assignment': 'Entra admin center → Enterprise applications → the app → Users and groups',
  'why.place.entra-claims': 'Entra admin center → App registrations → the app → Token configuration',
  'why.place.entra-properties':
    'Entra admin center → Enterprise applications → the app → Properties → “Enabled for users to sign-in?”',
  'why.place.entra-users': 'Entra admin center → Users → the person',
  'why.place.entra-policies': 'Entra admin center → Protection → Conditional Access → Policies',
  'why.place.entra-devices': 'Entra admin center → Devices → All devices',
  'why.place.entra-cross-tenant': 'Entra admin center → External Identities → Cross-tenant access settings',
} as const;
