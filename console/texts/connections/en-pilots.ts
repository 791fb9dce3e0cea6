/** A pilot, people concerned by a change, and the host that is typed once more. */
export const pilots = {
  'pilot.who': 'Who logs in this way first',
  'pilot.everybody': 'Everybody',
  'pilot.percent': 'A share of the users',
  'pilot.named': 'Named users',
  'pilot.everybody.help': 'All users, from the first login on.',
  'pilot.percent.help':
    'Always the same users; those in a small share stay in a larger one. The others log in as before.',
  'pilot.named.help': 'The others, and people without an account, log in as before.',
  'pilot.percent.field': 'Share in percent',
  'pilot.percent.wrong': 'A whole number from 1 to 99.',
  'pilot.addresses': 'Email addresses',
  'pilot.addresses.help': 'Up to 200 users, separated by commas or lines.',
  'pilot.title': 'Pilot',
  'pilot.text.percent':
    '{percent, number} percent of the users log in with {method} ({users, plural, one {# person} other {# people}} now). The others, and people without an account, log in with {previous}.',
  'pilot.text.named':
    '{users, plural, one {# named user logs} other {# named users log}} in with {method}. The others, and people without an account, log in with {previous}.',
  'pilot.list': 'Users in the pilot',
  'pilot.none-in': 'Nobody is in the pilot',
  'pilot.none-in.text': 'Choose a larger share, or name users who are not disabled.',
  'pilot.change': 'Change the pilot',
  'pilot.change.done': 'The pilot was changed.',
  'pilot.end': 'Everybody',
  'pilot.end.title': 'End the pilot for everybody?',
  'pilot.end.text':
    'All {users, plural, one {# user} other {# users}} log in with {method} from now on. What they used before is refused once somebody has logged in this way. You can switch back for 30 days.',
  'pilot.end.sessions': 'End sessions from before at once',
  'pilot.end.sessions.help': 'Otherwise they end within 12 hours.',
  'pilot.end.done': 'Everybody logs in with {method} now.',
  'affected.mailed-code':
    '{count, plural, one {# user may get} other {# users may get}} a code by mail at the first login: they are matched by their address, unless the provider proves it.',
  'affected.mailed-code.show': 'Show who',
  'affected.list.search': 'Search these users',
  'affected.list.more': 'Show more',
  'affected.list.count': '{shown, number} of {total, number}',
  'confirm-host': 'Type {host} once more',
  'confirm-host.help':
    'People will log in there. The host is neither that of a well-known provider nor below a verified domain of the organization: compare it with what the customer told you.',
  'confirm-host.wrong': 'This is another host.',
} as const;
