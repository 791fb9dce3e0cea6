/** *First steps*: what a new installation still needs. */
export const firstSteps = {
  'first-steps': 'First steps',
  'first-steps.progress': '{done} of {all} done',
  'first-steps.done': 'done',
  'first-steps.address': 'Prove your address',
  'first-steps.address.text': 'Applications are told it only then; many refuse people without one.',
  'first-steps.invite': 'Invite a colleague',
  'first-steps.invite.text': 'A second administrator keeps you from locking yourself out.',
  'first-steps.organization': 'Add a managed organization',
  'first-steps.organization.text': 'One for each customer whose people should log in.',
  'first-steps.method': 'Configure its method',
  'first-steps.method.text': 'Entra ID or OpenID Connect; until then, {product} Authentication with a second factor.',
  'first-steps.application': 'Register an application',
  'first-steps.application.text': 'What people log in to. One login then serves them all.',
} as const;
