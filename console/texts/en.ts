import { applications } from './en-applications.ts';
import { domains } from './en-domains.ts';
import { events } from './en-events.ts';
import { guides } from './en-guides.ts';
import { openidConnect } from './en-openid-connect.ts';
import { people } from './en-people.ts';
import { templates } from './connections/en-templates.ts';
import { pilots } from './connections/en-pilots.ts';
import { holds } from './connections/en-holds.ts';
import { trials } from './en-trials.ts';
import { providerGuides } from './en-provider-guides.ts';
import { setupLinks } from './en-setup-links.ts';
import { users } from './en-users.ts';
import { why } from './en-why.ts';

/** English: every text of the console. ICU message syntax; `{product}` is always there. */
export const en = {
  ...guides,
  ...events,
  ...users,
  ...people,
  ...applications,
  ...domains,
  ...why,
  ...openidConnect,
  ...providerGuides,
  ...templates,
  ...pilots,
  ...trials,
  ...holds,
  ...setupLinks,

  // Everywhere
  skip: 'Skip to content',
  save: 'Save',
  saved: 'Saved.',
  cancel: 'Cancel',
  close: 'Close',
  done: 'Done',
  remove: 'Remove',
  copy: 'Copy',
  'copy.done': 'Copied',
  'copy.label': 'Copy {name}',
  'copy.done.label': 'Copied: {name}',
  'copy.said': '{name} copied',
  yes: 'Yes',
  no: 'No',
  never: 'never',
  'not-yet': 'not yet',
  state: 'State',
  role: 'Role',
  created: 'Created',
  loading: 'Loading',
  'time.now': 'just now',
  'try-again': 'Try again',
  reference: 'Reference {reference}',
  'field.required': 'This is needed.',
  'question.type-name': 'Type “{name}” to confirm',
  'question.type-name.wrong': 'That is not the same. Type it exactly as shown.',
  'search.clear': 'Clear the search',
  'list.no-match': 'Nothing matches',
  'list.no-match.text': 'No entry fits what you searched for. Look for something else, or show all again.',
  'list.clear': 'Clear filters',
  paging: 'Pages',
  'paging.of': '{from, number}–{to, number} of {total, number}',
  'paging.range': '{from, number}–{to, number}',
  'paging.first': 'First',
  'paging.back': 'Back',
  'paging.next': 'Next',
  'paging.newest': 'Newest',
  'paging.older': 'Older',

  // Frame
  'nav.top': 'Main',
  'nav.home': 'Home',
  'nav.configuration': 'Configuration',
  'nav.managed': 'Managed organizations',
  'nav.mine': 'My organization',
  'nav.users': 'Users',
  'nav.applications': 'Applications',
  'nav.watch': 'Watch',
  'nav.audit': 'Audit log',
  'menu.open': 'Open the menu',
  'menu.close': 'Close the menu',
  'user-menu': '{initials}: account of {name}',
  'user-menu.account': 'Account',
  'log-out': 'Log Out',

  // What a new installation still needs
  'first-steps': 'First steps',
  'first-steps.progress': '{done} of {all} done',
  'first-steps.done': 'done',
  'first-steps.invite': 'Invite a colleague',
  'first-steps.invite.text': 'A second administrator keeps you from locking yourself out.',
  'first-steps.organization': 'Add a managed organization',
  'first-steps.organization.text': 'One for each customer whose people should log in.',
  'first-steps.method': 'Configure its method',
  'first-steps.method.text': 'Entra ID or OpenID Connect; until then, {product} Authentication with a second factor.',
  'first-steps.application': 'Register an application',
  'first-steps.application.text': 'What people log in to. One login then serves them all.',

  // Starting, failing, leaving
  'start.failed.title': 'The console could not start',
  'start.failed': 'You could not be logged in. Try again; if it stays, tell whoever runs the service.',
  'start.no-role.title': 'There is nothing for you to configure',
  'start.no-role': 'Your account has no role in the console. Ask an administrator of your organization for one.',
  'not-found.title': 'There is nothing here',
  'not-found.text': 'This address leads nowhere, or what it leads to is gone or not yours to see.',
  'page-failure.title': 'This page could not be shown',
  'problem.unknown': 'Something went wrong on our side. Try again in a minute.',
  'problem.network': 'The service cannot be reached. Check your connection and try again.',
  'problem.answer': 'The service gave an answer we do not understand. Reload the page.',
  'problem.caller.denied': 'Your role does not allow this. Ask an administrator of your organization.',
  'problem.version.conflict':
    'Somebody else changed this in the meantime. What they saved is loaded now; save again if yours should hold.',
  'problem.user.last-administrator':
    'This is the last administrator of the organization. Make somebody else an administrator first.',
  'unsaved.title': 'Leave without saving?',
  'unsaved.text': 'What you changed on this page is not saved yet and will be lost.',
  'unsaved.leave': 'Leave without saving',
  'login-again.fresh.title': 'Confirm that it is you',
  'login-again.fresh.text':
    'This change reaches far, so it asks for a fresh proof. You come back to this page and then repeat the change. A secret you typed must be typed again.',
  'login-again.fresh.confirm': 'Confirm',
  'login-again.ended.title': 'You are logged out',
  'login-again.ended.text':
    'Your session has ended. Log in again: you come back to this page, and what you typed is still there, except secrets.',
  'login-again.confirm': 'Log in again',
  'stale-proof': 'Saving here asks you to confirm that it is you, because your last proof is a while ago.',
  'stale-proof.now': 'Confirm now',

  // Methods and states
  method: 'Method',
  'method.built-in': '{product} Authentication',
  'method.entra-id': 'Entra ID',
  'method.openid-connect': 'OpenID Connect',
  'method.same-as-managing': 'Same as the managing organization',
  'method.same-as': 'Same as {managing}',
  'method.who.built-in':
    'For organizations without an identity provider of their own: a password and a second factor, kept here.',
  'method.who.entra-id': 'For organizations whose people log in with Microsoft 365 or Entra ID.',
  'method.who.openid-connect': 'For any other identity provider that speaks OpenID Connect, such as Okta or Keycloak.',
  'method.who.same-as-managing': 'For organizations whose people have accounts at the organization that manages them.',
  'provider.built-in': '{product} Authentication',
  'provider.entra-id': 'Microsoft',
  'provider.openid-connect': 'your identity provider',
  'provider.same-as-managing': 'the managing organization’s method',
  'state.active': 'Active',
  'state.unconfirmed': 'Unconfirmed',
  'state.failing': 'Failing',
  'state.failing-since': 'Failing since {since}',
  'state.no-users': 'No users yet',
  'state.suspended': 'Suspended',

  // Organizations
  organization: 'Organization',
  'organizations.name': 'Name',
  'organizations.line':
    '{count, plural, =0 {{name} manages no organization yet} one {# organization, managed by {name}} other {# organizations, managed by {name}}}',
  'organizations.count': '{count, plural, one {# organization} other {# organizations}}',
  'organizations.search': 'Search by name or domain',
  'organizations.any-method': 'Any method',
  'organizations.below': 'managed by {name}',
  'organizations.none': 'No managed organizations yet',
  'organizations.none.text':
    'Add one for each customer you look after. Each chooses how its people log in, and each is kept apart from the others.',
  'organizations.add': 'Add organization',
  'organizations.add.text':
    'It starts with {product} Authentication. Invite its users and choose another method on its page.',
  'organizations.added': '{name} was added. Invite its users, or choose how they log in.',
  'organization.sections': 'Sections',
  'organization.mine.line':
    '{name} · {managed, plural, one {# managed organization} other {# managed organizations}} · {users, plural, one {# user} other {# users}}',
  'organization.line': 'Managed by {managing} · {users, plural, one {# user} other {# users}}',
  'organization.remove': 'Remove organization',
  'organization.remove.text':
    'Removes the organization with all its users, applications and settings, for good. Nobody of it can log in afterwards.',
  'organization.remove.manages':
    'It manages {count, plural, one {# organization} other {# organizations}}. Remove {count, plural, one {it} other {them}} first.',
  'organization.remove.title': 'Remove {name}?',
  'organization.remove.what':
    '{users, plural, =0 {No users} one {# user} other {# users}} and {applications, plural, =0 {no applications} one {# application} other {# applications}} go with it. This cannot be undone.',
  'organization.removed': '{name} is removed.',
  settings: 'Settings',
  'support-contact': 'Support contact',
  'support-contact.optional': 'Support contact (optional)',
  'support-contact.help': 'A mail address, web address or phone link its people see when a login is refused.',
  'login-link': 'Login link',
  'login-link.text':
    'Starts a login here directly, without asking for the email address first. Good for bookmarks and for tiles in your provider’s app list.',

  // Authentication
  authentication: 'Authentication',
  'authentication.settings': 'Authentication settings',
  'authentication.edit': 'Edit Settings',
  'authentication.summary.built-in': 'People log in with {product} Authentication: a password and a second factor.',
  'authentication.summary.entra-id': 'Single Sign-On (SSO) is configured with Entra ID authentication.',
  'authentication.summary.openid-connect': 'Single Sign-On (SSO) is configured with OpenID Connect authentication.',
  'authentication.follows': 'People log in as those of {managing} do: {method}.',
  'authentication.summary.other': 'People log in through {method}.',
  'authentication.saved.built-in': 'People log in with {product} Authentication now.',
  'authentication.saved.entra-id': 'Single Sign-On (SSO) is configured with Entra ID authentication.',
  'authentication.saved.openid-connect': 'Single Sign-On (SSO) is configured with OpenID Connect authentication.',
  'authentication.saved.same-as-managing': 'People log in as those of {managing} do now.',
  'authentication.unconfirmed':
    'Nobody has logged in this way yet. Until the first login succeeds, people may also use {previous}{until, select, other {, at most until {until}}}.',
  'authentication.failing': 'Logins fail at the identity provider.',
  'authentication.unreturned':
    '{count, plural, one {# login} other {# logins}} went to {host} since {since} and did not come back.',
  'authentication.unreturned.why': 'What goes wrong on the provider’s own page is not told to us.',
  'authentication.unreturned.fix':
    'Try it in a private window and read what that page says. Mostly this Redirect URL is not registered there letter for letter, the Client ID is another one, or people are not assigned to the application. Compare the Redirect URL first when several people are concerned:',
  'authentication.auth-time-missing':
    'The provider does not say when people log in (auth_time). Administrators confirm changes with an authenticator app or a security key of {product}; who has none adds it before the first change, with a code from the mailbox.',
  'authentication.auth-time.entra':
    'To let Entra ID confirm them instead: App registrations → the app → Token configuration → Add optional claim → ID → auth_time.',
  'authentication.auth-time.openid':
    'To let the provider confirm them instead, have its ID tokens state auth_time when max_age is asked for.',
  'authentication.last-failure': 'A login failed on {at}.',
  'authentication.went-back':
    '{method} went back on {at}: its provider did not accept it, so people log in with {now} as before.',
  'authentication.edit-again': 'Edit what was entered',
  'authentication.configured': 'Configured',
  'authentication.last-success': 'Last successful login',
  'authentication.no-success': 'none yet',
  'authentication.read-only': 'Your role does not allow changing how people log in. Ask an administrator.',
  'client-id': 'Client ID',
  'client-id.help.entra': 'Application (client) ID on the app’s Overview page.',
  'client-id.help.openid': 'What your provider calls the registered application.',
  'client-id.missing': 'Enter the client ID.',
  'client-id.not-guid':
    'A client ID of Entra ID looks like 7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21. Copy Application (client) ID from the Overview page.',
  directory: 'Directory',
  'directory.found': '(found from {domain})',
  'directory.help': 'Directory (tenant) ID on the same page, or a domain of the directory.',
  'directory.missing': 'Enter the directory (tenant) ID.',
  'directory.not-guid':
    'A directory ID looks like 2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11. Copy Directory (tenant) ID from the Overview page, or enter a domain of the directory.',
  cloud: 'Cloud',
  'cloud.help': 'Of Microsoft, where the directory is.',
  'cloud.found': 'Found from the directory',
  'cloud.global': 'Global (entra.microsoft.com)',
  'cloud.us-government': 'US Government (entra.microsoft.us)',
  'cloud.china': 'China, operated by 21Vianet (portal.azure.cn)',
  'app-keys': 'The application signs with keys of its own',
  'app-keys.help': 'Only where the app has a claims-mapping policy; otherwise its logins would fail.',
  'discovery-url': 'Discovery url',
  'discovery-url.help': 'The issuer, with or without /.well-known/openid-configuration.',
  'discovery-url.missing': 'Enter the discovery url.',
  'discovery-url.malformed': 'Enter the whole address, beginning with https://.',
  credential: 'Credential',
  'credential.none.entra': 'None: Microsoft posts an ID token',
  'credential.none.openid': 'None',
  'credential.none.short': 'None',
  'credential.secret': 'Client secret',
  'credential.expires': 'The credential expires',
  'credential.secret.set': 'Client secret, set {day}',
  'client-secret': 'Client secret',
  'client-secret.help': 'Stored sealed and never shown again.',
  'client-secret.stored': 'Set {day}. Leave empty to keep it.',
  'client-secret.expires': 'The secret expires on',
  'client-secret.expires.help':
    'Optional. The provider shows the day beside the secret; administrators are warned before it.',
  'client-secret.missing': 'Enter the client secret, or choose no credential.',
  'client-secret.show': 'Show or hide the client secret',
  'redirect-url': 'Redirect URL',
  'consent-url': 'Admin-consent link',
  issuer: 'Issuer',
  guide: 'Guide',
  'check.pending': 'Asking the identity provider …',
  'check.failed': 'This does not work yet.',
  'check.answers.entra-id': 'The directory {directory} answers.',
  'check.answers.openid-connect': '{host} answers.',
  'explanation.code': 'Code {code}',
  'affected.users':
    '{users, plural, =0 {Nobody is affected yet: there are no users.} one {# user will log in through {provider} from now on.} other {# users will log in through {provider} from now on.}}',
  'affected.domains': 'Their addresses:',
  'affected.domain': '{users, number} at {domain}',
  'affected.followers':
    '{count, plural, one {# managed organization follows} other {# managed organizations follow}} this method, too.',
  'affected.break-glass':
    '{count, plural, one {# administrator keeps} other {# administrators keep}} emergency access with password and second factor.',
  'affected.until-confirmed': 'Until the first login succeeds, at most 14 days, everyone may also use {previous}.',
  'affected.upn':
    'Whose address here differs from the sign-in name (UPN) at Microsoft enters a code from the mailbox, once, at the first login.',
  'affected.auth-time.entra':
    '{count, plural, one {# of them has a console role and needs} other {# of them have a console role and need}} the optional claim auth_time (step “Optional claims” of the guide). Without it they add a second proof here before their first change, and confirm changes with it.',
  'affected.auth-time.openid':
    '{count, plural, one {# of them has a console role} other {# of them have a console role}}. If the provider does not state auth_time when a fresh login is asked for, they add a second proof here before their first change, and confirm changes with it.',
  'affected.undo': 'You can switch back for 30 days.',
  'save-dialog.title': 'Save authentication settings?',
  'save-dialog.route': 'Lead addresses at {domain} here',
  'save-dialog.route.help': 'Whoever types such an address is led to this login, also before a user exists.',
  'save-dialog.end-sessions': 'End {count, plural, one {the # running session} other {the # running sessions}} at once',
  'save-dialog.end-sessions.help': 'Otherwise they end within 12 hours after the first login the new way.',
  'switch-back': 'Switch back',
  'switch-back.title': 'Switch back to {method}?',
  'switch-back.text':
    '{users, plural, =0 {Nobody is affected yet} one {# user logs} other {# users log}} in with {method} again. The settings you leave are kept.',
  'switch-back.until': 'Possible until {day}.',
  'switch-back.done': 'People log in with {method} again.',
} as const;
