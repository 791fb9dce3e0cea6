/** *Applications nobody registered*: the switch of an organization, and those its people have used. */
export const unregisteredApplications = {
  'unregistered.title': 'Applications nobody registered',
  'unregistered.switch': 'Let people log in to applications that nobody registered',
  'unregistered.weaker': 'Weaker',
  'unregistered.help':
    'For agents and other clients that come with the address of a document instead of a registration (MCP, Client ID Metadata Document). Anybody can publish such a document, so the person who logs in is all that decides: each time they are shown its host and asked. They can give it their name, address and roles, and whatever your APIs open to such applications.',
  'unregistered.hint':
    'Leave it off unless people here use such clients. What you know, register under Applications instead; what you see below and do not know, block.',
  'unregistered.on': 'People of {name} may log in to applications that nobody registered.',
  'unregistered.off': 'People of {name} may no longer log in to applications that nobody registered.',
  'unregistered.list': 'Applications nobody registered that people have used',
  'unregistered.host': 'Host',
  'unregistered.calls-itself': 'Calls itself',
  'unregistered.last-used': 'Last used',
  'unregistered.state': 'State',
  'unregistered.state.off': 'Switched off',
  'unregistered.state.allowed': 'Each person decides',
  'unregistered.state.blocked': 'Blocked',
  'unregistered.actions': 'Actions',
  'unregistered.block': 'Block',
  'unregistered.unblock': 'Unblock',
  'unregistered.blocked': '{host} is blocked.',
  'unregistered.unblocked': '{host} is no longer blocked.',
  'unregistered.none': 'Nobody has used one yet.',
  'unregistered.remove': 'Remove',
  'unregistered.remove.title': 'Remove {host}?',
  'unregistered.remove.text':
    'What people here allowed it is taken back, and its tokens end. They may log in to it again and are asked anew. To keep it out, block it.',
  'unregistered.removed': '{host} was removed.',
} as const;
