/** Texts of the rules by which claims give roles. */
export const roles = {
  'roles.title': 'Roles by groups',
  'roles.lead':
    'Groups or app roles that the identity provider states give roles here, decided at each login before the session starts. For the console, and for each application, the first rule that matches decides. Groups that the provider does not say (Entra ID above 200) change nothing. Break-glass administrators and the last administrator keep their role.',
  'roles.empty': 'No rules yet: people have the roles that administrators give them.',
  'roles.inactive':
    'These rules came back with the method before. They give and take nothing until somebody looks at them and saves them: press Edit rules, then Save rules.',
  'roles.edit': 'Edit rules',
  'roles.add': 'Add a rule',
  'roles.rule': 'Rule {number}',
  'roles.claim': 'Claim',
  'roles.value': 'Value',
  'roles.value.help': 'A value counts exactly as the provider states it. Entra ID states a group’s object ID.',
  'roles.target': 'Gives a role in',
  'roles.role': 'Role',
  'roles.roles': 'Roles, separated by blanks',
  'roles.console': 'Console',
  'roles.up': 'Move rule {number} up',
  'roles.remove': 'Remove rule {number}',
  'roles.save': 'Save rules',
  'roles.saved': 'The rules are saved. They hold from each user’s next login.',
  'roles.line': '{claim} = {value} → {where}: {given}',
  'roles.nothing': 'no role',
  'roles.preview': 'Preview',
  'roles.preview.help': 'What a person would get by these rules, saved or not. Nothing is changed.',
  'roles.preview.user': 'User',
  'roles.preview.test': 'With the last passed test',
  'roles.preview.no-test': 'No test of the connection has passed within the hour. Begin one under Tests.',
  'roles.preview.unknown':
    'Nothing is known of this person’s groups yet: they are noted at logins while there are rules.',
  'roles.preview.no-rules': 'There is no rule.',
} as const;
