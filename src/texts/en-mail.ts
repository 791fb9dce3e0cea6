/** What stands in every mail. The sentences of each mail stand with the part of the product that sends it. */
export const mail = {
  'mail.sender': '{product}',
  'mail.plain-link': 'If the button does not work, open this address in your browser:',
  'mail.footer': 'Sent by {product}, because of what you or an administrator of your organization did there.',
} as const;
