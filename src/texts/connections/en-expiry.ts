/** Mails before a credential at an identity provider expires. */
export const expiry = {
  'mail.expiry.connection.subject':
    'The client credential of {organization} expires in {days, plural, one {# day} other {# days}}',
  'mail.expiry.connection.what':
    'The secret or certificate that {product} uses at the identity provider of {organization} expires on {date, date, long}. After that nobody of {organization} can log in.',
  'mail.expiry.connection.then':
    'Make a new one before that day, and let the old one stay at the identity provider meanwhile. A client secret: enter it as the next one at Authentication → Client secrets, test it and take it into use. A certificate: make the next key at Authentication → Keys, upload it and take it into use.',
  'mail.expiry.next.untested':
    'The next client secret was entered and waits. Test it at Authentication → Client secrets and take it into use before that day.',
  'mail.expiry.next.tested':
    'The next client secret passed its test. Take it into use at Authentication → Client secrets; otherwise the first login that the identity provider refuses does so by itself.',
  'mail.expiry.template.subject':
    'The secret of the connection template {name} expires in {days, plural, one {# day} other {# days}}',
  'mail.expiry.template.what':
    'The client secret of the connection template {name} of {organization} expires on {date, date, long}. After that nobody can log in of any organization that uses it.',
  'mail.expiry.template.then':
    'Make a new secret in Microsoft Entra ID (Certificates & secrets) and press Replace the secret on the template’s page before that day. It holds for all organizations at once.',
  'mail.expiry.button': 'Open the settings',
  'mail.expiry.again': 'Mails are sent 60, 30, 14, 7 and 1 days before, until it is replaced.',
} as const;
