/** Client secrets of a connection: in use, next, previous. */
export const clientSecrets = {
  'client-secrets.title': 'Client secrets',
  'client-secrets.lead':
    'A new secret is entered beside the one in use, tested, and taken into use; nobody’s login fails meanwhile.',
  'client-secrets.set': 'entered {day}',
  'client-secrets.until': 'expires {day}',
  'client-secrets.until.unknown': 'day of expiry not known',
  'client-secrets.untested': 'Not tested',
  'client-secrets.tested': 'Test passed {at}',
  'client-secrets.next': 'Next client secret',
  'client-secrets.next.untested':
    'Test it: a round trip at the identity provider with this secret. It can be taken into use once the test has passed.',
  'client-secrets.next.tested':
    'It works. Take it into use; if the identity provider refuses the one in use before you do, that login takes it into use by itself.',
  'client-secrets.enter': 'Enter the next secret',
  'client-secrets.enter.other': 'Enter another one',
  'client-secrets.enter.title': 'Enter the next client secret',
  'client-secrets.enter.text':
    'Make it at the identity provider and let the old one stay there. The one in use stays in use here. A next one that waits is replaced.',
  'client-secrets.missing': 'Enter the client secret.',
  'client-secrets.test': 'Test with it',
  'client-secrets.delete': 'Delete it',
  'client-secrets.delete.title': 'Delete the next client secret?',
  'client-secrets.delete.text':
    'The one in use stays in use. To replace it later, the next one has to be entered again.',
  'client-secrets.use.title': 'Take the next client secret into use?',
  'client-secrets.use.title.previous': 'Use the previous client secret again?',
  'client-secrets.use.text':
    'From the next login on the service proves itself with it. The other one stays for 7 days, so that you can go back at once.',
  'client-secrets.done.enter': 'The next secret is entered. Test it now.',
  'client-secrets.done.use': 'The client secret is in use.',
  'client-secrets.done.delete': 'The next client secret was deleted.',
  'trial.of-next-secret': 'The connection in force, with the next client secret',
} as const;
