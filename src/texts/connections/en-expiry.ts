/** Mails before a credential at an identity provider expires. */
export const expiry = {
  'mail.expiry.connection.subject':
    'The client credential of {organization} expires in {days, plural, one {# day} other {# days}}',
  'mail.expiry.connection.what':
    'The secret or certificate that {product} uses at the identity provider of {organization} expires on {date, date, long}. After that nobody of {organization} can log in.',
  'mail.expiry.connection.then':
    'Make a new one at the identity provider and enter it at Authentication → Edit Settings before that day. The old one may stay there until a login has succeeded.',
  'mail.expiry.template.subject':
    'The secret of the connection template {name} expires in {days, plural, one {# day} other {# days}}',
  'mail.expiry.template.what':
    'The client secret of the connection template {name} of {organization} expires on {date, date, long}. After that nobody can log in of any organization that uses it.',
  'mail.expiry.template.then':
    'Make a new secret in Microsoft Entra ID (Certificates & secrets) and press Replace the secret on the template’s page before that day. It holds for all organizations at once.',
  'mail.expiry.button': 'Open the settings',
  'mail.expiry.again': 'Mails are sent 60, 30, 14, 7 and 1 days before, until it is replaced.',
} as const;
