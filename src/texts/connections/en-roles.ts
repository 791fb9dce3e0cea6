/** Texts of the rules by which claims give roles. */
export const roles = {
  'roles.console': 'the console',
  'roles.given': 'In {where}: {given}. Rule {rule} decided: {claim} holds {value}.',
  'roles.given-nothing': 'In {where}: no role. Rule {rule} decided: {claim} holds {value}.',
  'roles.unknown':
    'In {where}: what the person had stays. Rule {rule} asks for {claim}, and the provider does not say its values.',
  'roles.none': 'In {where}: no rule matches. What a rule gave before ends; what an administrator gave stays.',
  'why.step.roles': 'The rules of the connection decided about roles.',
} as const;
