/** What other pages say of templates and of what expires: in the menu, and on a connection that expires soon. */
export const templateNames = {
  'nav.templates': 'Connection templates',
  'nav.credentials': 'Secrets and certificates',
  'credentials.soon':
    '{days, plural, =0 {The credential at the identity provider has expired.} one {The credential at the identity provider expires tomorrow at the latest.} other {The credential at the identity provider expires in # days.}} Make a new one there and enter it below as the next client secret.',
  'credentials.soon.certificate':
    '{days, plural, =0 {The certificate at Entra ID has expired.} one {The certificate at Entra ID expires tomorrow at the latest.} other {The certificate at Entra ID expires in # days.}} Make the next key under Keys, upload it, and take it into use.',
} as const;
