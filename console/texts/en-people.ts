/** Who somebody is: two persons behind one address, and a user's address itself. */
export const people = {
  'conflict.title': 'The same person, or another one?',
  'conflict.text':
    'Somebody logged in at the identity provider and was refused here, since this user is tied to another person there. An address may have been given to somebody else: look at both, then decide. Nobody is let in before that.',
  'conflict.text.reset':
    'Somebody logged in at the identity provider and was refused here, since the link of this user was reset. Look at who came, then decide. Nobody is let in before that.',
  'conflict.text.tied':
    'Somebody opened the invitation of this user while logged in at the identity provider as another user here. Look at both, then decide.',
  'conflict.user': 'This user',
  'conflict.came': 'Who came',
  'conflict.name': 'Name',
  'conflict.address': 'Address',
  'conflict.subject': 'Subject',
  'conflict.subject.reset': 'reset',
  'conflict.tried': 'Last tried',
  'conflict.first-tried': 'First tried',
  'conflict.reference': 'Reference',
  'conflict.tied-to': 'Logs in here as',
  'conflict.none': 'not stated',
  'conflict.same': 'The same person',
  'conflict.same.title': 'The same person, made anew?',
  'conflict.same.text':
    'The identity provider gave {name} a new account. From now on {came} logs in as this user, with its roles in every application. The account of before no longer does, and {sessions, plural, =0 {no session is running} one {# running session ends} other {# running sessions end}}. The user is told by mail.',
  'conflict.same.tied':
    '{came} logs in as {name} from now on, and no longer as {other}, whose sessions end. Both are told by mail.',
  'conflict.same.done': '{name} is tied to the new account.',
  'conflict.another': 'Another person',
  'conflict.another.title': 'Another person?',
  'conflict.another.text':
    '{name} stays who they are, with their roles and their account at the identity provider, and takes another address here. {came} is invited as a new user.',
  'conflict.another.apart': '{name} stays as it is. {came} is invited as a new user.',
  'conflict.another.nothing': '{name} stays as it is, and nobody is invited.',
  'conflict.another.email': 'New address of {name}',
  'conflict.another.email.stated': 'The identity provider states this one for {name} now.',
  'conflict.another.email.help': 'The address {name} has now. A link is mailed there that proves it.',
  'conflict.another.done':
    '{invited, select, none {{name} stays as it is.} other {{name} stays who they are, and {invited} is invited.}}',
  'user.awaits-decision': 'Decide who it is',
  'user.came-by-single-sign-on': 'Came by single sign-on',

  'just-in-time.title': 'Who may come in',
  'just-in-time': 'Make users at their first login',
  'just-in-time.help':
    'Whoever the identity provider proves with an address at a verified domain, and who has no user here, gets one: without a console role, at most 200 within an hour. Disabled users stay out. Otherwise people are invited.',
  'just-in-time.domains': 'Verified: {domains}.',
  'just-in-time.no-domain': 'It takes effect once a domain is verified.',
  'just-in-time.on': 'Users of {name} are made at their first login.',
  'just-in-time.off': 'Users of {name} are invited.',

  'address.change': 'Change address',
  'address.change.title': 'Another address for {name}',
  'address.change.text':
    'It counts at once. A link is mailed there that proves it; until it is opened, applications are not told the address as proven. The user is told at {email}. Running sessions go on.',
  'address.change.pending': 'A fresh invitation is mailed there. The one sent to {email} stops working.',
  'address.new': 'New address',
  'address.changed': '{name} has the address {email}.',
  'address.proof.waits': 'A link that proves it was mailed and is valid until {until}.',
  'address.proof.expired': 'The link that was mailed to prove it has expired.',
  'address.proof.send': 'Mail a link that proves it',
  'address.proof.sent': 'A link is on its way to {email}. Older ones no longer work.',

  'identity.subject': 'Subject {subject}',
  'identity.stated': 'The identity provider states {address} for this user now.',
  'identity.stated.take': 'Take this address',
  'identity.reset-at': 'The link was reset',
  'identity.reset-at.then': 'Whoever comes next with this address waits for your decision.',
} as const;
