/** What became of a mail. */
export const mailStates = {
  'mail-state.waiting': 'Waiting',
  'mail-state.delayed': 'Tried again',
  'mail-state.sent': 'Sent',
  'mail-state.failed': 'Failed',
  'mail-state.bounced': 'Came back',
  'mail-state.withdrawn': 'Withdrawn',
  'mail-state.next': 'Next try at {at}',
  'mail-state.erased': 'Its link is not valid any more: have a new one sent.',
};
