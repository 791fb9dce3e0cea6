/** The card *Logout* of section *Authentication*. */
export const logout = {
  'logout.title': 'Logout',
  'logout.at-provider': 'Log out at {host}, too',
  'logout.at-provider.help':
    'Who logs out here is sent to {host} to log out there, and comes back to the application. Off: the login there goes on.',
  'logout.no-endpoint': 'This identity provider announces no page to log out: people log out there by themselves.',
  'logout.on': 'Who logs out here is sent to {host} from now on.',
  'logout.off': 'Who logs out here stays logged in at {host}.',
  'logout.lead':
    'Who logs out at the identity provider is logged out here and in all applications, once it knows where to tell us.',
  'logout.after.entra':
    'In the Entra admin center, <b>App registrations</b> → the app → <b>Authentication</b>: add as a further <b>Redirect URI</b> of platform <b>Web</b>',
  'logout.front.entra':
    'On the same page: <b>Front-channel logout URL</b>. It works once the claim <b>sid</b> is in the ID token: <b>Token configuration</b> → <b>Add optional claim</b> → <b>ID</b> → <b>sid</b> and <b>login_hint</b>',
  'logout.after.openid': 'Post-logout redirect URI, for the switch above',
  'logout.back.openid': 'Back-channel logout URI, with the session (sid) required',
  'logout.front.openid': 'Front-channel logout URI, if there is no back-channel logout',
  'logout.back.announced': 'This identity provider announces back-channel logout.',
  'logout.front.announced': 'This identity provider announces front-channel logout.',
  'logout.none.announced':
    'This identity provider announces neither back-channel nor front-channel logout; some have it all the same.',
  'logout.url.after': 'the address after logout',
  'logout.url.front': 'the front-channel logout URL',
  'logout.url.back': 'the back-channel logout URL',
  'logout.refused': 'A logout token was refused {at}',
} as const;
