/** Which claims say what people are called, and what they make of the person of a test. */
export const mapping = {
  'address-claim': 'Claim with the address',
  'address-claim.help': 'Empty: email. An address of another claim is never taken as proven.',
  'name-claim': 'Claim with the name',
  'name-claim.help': 'Empty: name, else given and family name.',
  'mapping.preview': 'What people would see',
  'mapping.preview.none': 'Test once. Then it is shown here what that person would be called.',
  'mapping.preview.of': 'By the claims of {who}, tested {at} at {host}:',
  'mapping.name': 'Name',
  'mapping.address': 'Address',
  'mapping.nothing': 'none',
  'mapping.unmapped': 'A claim gave nothing.',
  'mapping.came': 'Claims that came: {names}',
} as const;
