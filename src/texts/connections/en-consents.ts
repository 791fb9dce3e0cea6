/** Admin consent to a connection template: the pages of a link, and its mail. */
export const consents = {
  'mail.consent.subject': 'Allow {product} in the Microsoft directory of {organization}',
  'mail.consent.lead':
    '{inviter} of {managing} prepares logging in to {product} with Microsoft Entra ID for {organization}.',
  'mail.consent.what':
    'An administrator of your directory allows it once, in two minutes: accept on Microsoft’s page, then log in once. Nothing changes for your people before {managing} turns it on.',
  'mail.consent.button': 'Allow {product}',
  'mail.consent.valid': 'The link is valid until {date, date, long}.',
  'mail.consent.forward':
    'It needs the role Cloud Application Administrator, Application Administrator or Privileged Role Administrator in Microsoft Entra ID. Without it, forward this mail to somebody who has it.',
  'mail.consent.unexpected': 'If you do not know {managing}, ignore this mail: nothing happens.',

  'consent.title': 'Allow {product} in the directory of {organization}',
  'consent.lead':
    '{managing} prepares logging in to {product} with Microsoft Entra ID for the people of {organization}. Your directory has to allow it once.',
  'consent.step.accept': 'Microsoft asks you to log in as an administrator of your directory, and to accept.',
  'consent.step.log-in': 'You log in once more, to show which directory it was.',
  'consent.step.then': '{managing} turns it on. Until then everything stays as it is.',
  'consent.rights':
    'Asked for: name and address of the person who logs in. {product} reads nothing else in your directory.',
  'consent.go': 'Continue to Microsoft',
  'consent.again': 'Try again',
  'consent.failed': 'This did not work yet.',
  'consent.consented':
    'Your directory has allowed it. One step is missing: a login that shows which directory it was. Begin once more; Microsoft may ask you again.',
  'consent.tested.title': 'Done. Thank you!',
  'consent.tested.lead':
    'The directory {directory} of {organization} allows {product}. {managing} turns it on; you need not do anything more.',
  'consent.on.lead': 'Logging in with Microsoft Entra ID is on for {organization}.',
  'consent.closed.title': 'This link cannot be used any more',
  'consent.closed.lead': 'It has expired or was replaced by a newer one. Ask whoever sent it for a new link.',
  'consent.stray.title': 'This answer belongs to no request',
  'consent.stray.lead':
    'It was used before, took longer than an hour, or was opened in another browser. Nothing was changed. Open the link of the mail again, in one browser from beginning to end.',

  'connection.consent.no-directory.what': 'Microsoft’s answer says of no directory that an administrator consented.',
  'connection.consent.no-directory.fix':
    'Open the consent link again, log in as an administrator of the directory and choose Accept on Microsoft’s page.',
  'connection.consent.guest.what':
    'The account that logged in is a guest in that directory, so it does not show whose the directory is.',
  'connection.consent.guest.fix':
    'Open the consent link again and log in at Microsoft with an account of the directory itself: one that was created there, not invited into it or kept by another identity provider.',
  'connection.consent.directory-taken.what': 'The directory {directoryId} belongs to another organization here.',
  'connection.consent.directory-taken.fix':
    'Open the consent link again and log in at Microsoft with an account of the right directory. If two organizations share one directory, one of them follows the other: choose Same as the managing organization there.',
} as const;
