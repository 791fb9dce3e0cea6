/** *Limits* of an organization and all below it. */
export const limits = {
  limits: 'Limits',
  'limits.edit': 'Edit limits',
  'limits.text':
    'For this organization and all below it together. Leave a field empty for the limit that holds by itself; what is there beyond a limit stays.',
  'limits.what': 'Of what',
  'limits.used': 'Used',
  'limits.most': 'Limit',
  'limits.number': '{count, number}',
  'limits.wrong': 'Enter a whole number, or nothing.',
  'limits.now': 'Used now: {used, number}',
  'limits.organizations': 'Managed organizations',
  'limits.users': 'Users',
  'limits.applications': 'Applications',
  'limits.resources': 'API resources',
  'limits.mails': 'Mails by administrators in a day',
  'limits.reached': 'Reached',
  'limits.near': 'Nearly reached',
  'limits.shared': 'Shared with the organizations beside it',
  'limits.default': 'Default',
  'limits.set': 'Set for this organization',
} as const;
