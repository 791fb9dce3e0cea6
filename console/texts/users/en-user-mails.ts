/** Mails on the page of a user. */
export const userMails = {
  'user-mails': 'Mails',
  'user-mails.none': 'No mails yet',
  'user-mails.none.text': 'Invitations, links and notices to {name} stand here, with what became of them.',
  'user-mails.kind': 'Mail',
  'user-mails.written': 'Written',
  'user-mails.to': 'to {recipient}',
  'user-mail.again': 'Send again',
  'user-mail.again.label': 'Send again: {kind} to {recipient}',
  'user-mail.again.title': 'Send this mail again?',
  'user-mail.again.text':
    'The same mail goes to {recipient} once more, with the same link or code. That helps where its mailbox was full or refused us for a time; an address that does not exist stays refused.',
  'user-mail.again.done': 'The mail to {recipient} is on its way again.',
} as const;
